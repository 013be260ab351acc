import type { Program } from '@profit-sft/graph';
import type { CompiledProgram, Value } from './runtime.js';

/** Programs by name, each built and compiled when it is first needed: a model that only generates never compiles a backward pass. */
export class CompiledPrograms<V extends Value> {
  private readonly compiled = new Map<string, Promise<CompiledProgram<V>>>();

  constructor(private readonly compile: (program: Program) => Promise<CompiledProgram<V>>) {}

  get(name: string, build: () => Program): Promise<CompiledProgram<V>> {
    let executable = this.compiled.get(name);
    if (executable === undefined) {
      executable = this.compile(build());
      this.compiled.set(name, executable);
    }
    return executable;
  }

  async release(): Promise<void> {
    for (const executable of this.compiled.values()) await (await executable).release();
    this.compiled.clear();
  }
}
