import type { Program } from '@profit-sft/graph';
import { compileProgram, type Executable, type OnnxRuntimeOptions } from './onnx-runtime.js';

/** Programs by name, each built and compiled when it is first needed: a model that only generates never compiles a backward pass. */
export class CompiledPrograms {
  private readonly compiled = new Map<string, Promise<Executable>>();

  constructor(private readonly options: OnnxRuntimeOptions) {}

  get(name: string, build: () => Program): Promise<Executable> {
    let executable = this.compiled.get(name);
    if (executable === undefined) {
      executable = compileProgram(build(), this.options);
      this.compiled.set(name, executable);
    }
    return executable;
  }

  async release(): Promise<void> {
    for (const executable of this.compiled.values()) await (await executable).release();
    this.compiled.clear();
  }
}
