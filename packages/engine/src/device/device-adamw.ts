import type { UpdateOptions, UpdateResult } from '@profit-sft/core';
import type { Optimizer } from '../model/engine.js';
import { decays } from '../passes/parameters.js';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { floatTensor } from '../runtime/host-tensor.js';
import type { Values } from '../runtime/runtime.js';
import { adamwNumbers, adamwProgram, squaresProgram } from './adamw-programs.js';
import type { DeviceParameter } from './device-parameter.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';

/** AdamW and clipping as `Adamw` of the CPU has them, by a program for each parameter; one number comes to the host in a step. */
export class DeviceAdamw<V extends DeviceValue> implements Optimizer {
  step = 0;
  private readonly compiled: CompiledPrograms<V>;

  constructor(
    private readonly parameters: readonly DeviceParameter<V>[],
    private readonly runtime: DeviceRuntime<V>,
  ) {
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
  }

  async update(options: UpdateOptions): Promise<UpdateResult> {
    const gradientNorm = (await this.gradientNorm()) * options.gradientScale;
    if (Number.isFinite(gradientNorm)) {
      this.step++;
      const clip = Math.min(1, options.maxGradientNorm / (gradientNorm + 1e-6));
      await this.take(options, options.gradientScale * clip);
    }
    for (const parameter of this.parameters) parameter.clearGradient();
    return { gradientNorm };
  }

  close(): Promise<void> {
    return this.compiled.release();
  }

  /** The sum goes from program to program, so that the host waits for the device once. */
  private async gradientNorm(): Promise<number> {
    const total = this.runtime.empty([1]);
    for (const { shape, gradientTensor } of this.parameters) {
      if (gradientTensor.isZero) continue;
      const program = await this.compiled.get(`squares ${shape.length}`, () => squaresProgram(shape.length));
      await program.run({ x: gradientTensor, total }, { newTotal: total });
    }
    const [squares] = await this.runtime.download(total);
    this.runtime.free(total);
    return Math.sqrt(squares);
  }

  private async take(options: UpdateOptions, scale: number): Promise<void> {
    const { learningRate, weightDecay, beta1, beta2, epsilon } = options;
    const numbers: Record<(typeof adamwNumbers)[number], number> = {
      scale,
      keep: 1,
      rate: learningRate / (1 - beta1 ** this.step),
      beta1,
      fresh1: 1 - beta1,
      beta2,
      fresh2: 1 - beta2,
      inverseRoot2: 1 / Math.sqrt(1 - beta2 ** this.step),
      epsilon,
    };
    const place = (value: number): V => this.runtime.place(floatTensor(Float32Array.of(value), [1]));
    const plain = Object.fromEntries(adamwNumbers.map((name) => [name, place(numbers[name])]));
    const decayed: Values<V> = { ...plain, keep: place(1 - learningRate * weightDecay) };
    for (const parameter of this.parameters) {
      const rank = parameter.shape.length;
      const program = await this.compiled.get(`adamw ${rank}`, () => adamwProgram(rank));
      const { weightTensor: weight, gradientTensor: gradient } = parameter;
      const { firstMomentTensor: first, secondMomentTensor: second } = parameter;
      await program.run(
        { weight, gradient, first, second, ...(decays(parameter.kind) ? decayed : plain) },
        { newWeight: weight, newFirst: first, newSecond: second },
      );
      // At once, so that a gradient of zeros that was made for this program is not held until all are done.
      parameter.clearGradient();
    }
    for (const value of [...Object.values(plain), decayed.keep]) this.runtime.free(value);
  }
}
