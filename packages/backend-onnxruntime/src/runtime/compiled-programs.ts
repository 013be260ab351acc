import type { Program } from '@profit-sft/graph';
import { compileProgram, type Executable, type OnnxRuntimeOptions } from './onnx-runtime.js';

/** A family of programs, each compiled when it is first needed: a model that only generates never compiles a backward pass. */
export class CompiledPrograms<Name extends string> {
  private readonly compiled = new Map<Name, Promise<Executable>>();

  constructor(
    private readonly programs: Readonly<Record<Name, Program>>,
    private readonly options: OnnxRuntimeOptions,
  ) {}

  get(name: Name): Promise<Executable> {
    let executable = this.compiled.get(name);
    if (executable === undefined) {
      executable = compileProgram(this.programs[name], this.options);
      this.compiled.set(name, executable);
    }
    return executable;
  }

  async release(): Promise<void> {
    for (const executable of this.compiled.values()) await (await executable).release();
    this.compiled.clear();
  }
}
