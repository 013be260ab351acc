import type { ParameterKind, ParameterPart, StoredParameter } from '../passes/parameters.js';
import type { ParameterValues } from '../passes/layer-runner.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';

/** One weight tensor with everything that training keeps for it, in values of a device. */
export class DeviceParameter<V extends DeviceValue> implements StoredParameter, ParameterValues<V> {
  readonly size: number;
  readonly weightTensor: V;
  readonly gradientTensor: V;
  readonly firstMomentTensor: V;
  readonly secondMomentTensor: V;
  readonly float64: StoredParameter['float64'];

  constructor(
    private readonly runtime: DeviceRuntime<V>,
    readonly name: string,
    readonly shape: readonly number[],
    readonly kind: ParameterKind,
  ) {
    this.size = shape.reduce((product, length) => product * length, 1);
    const zeros = (): V => runtime.empty(shape);
    this.weightTensor = zeros();
    this.gradientTensor = zeros();
    this.firstMomentTensor = zeros();
    this.secondMomentTensor = zeros();
    const { float64 } = runtime;
    this.float64 = float64 && {
      read: async (part) => float64.download(this[`${part}Tensor`]),
      load: async (part, fill) => {
        const data = new Float64Array(this.size);
        await fill(data);
        float64.upload(data, shape, this[`${part}Tensor`]);
      },
    };
  }

  read(part: ParameterPart): Promise<Float32Array> {
    return this.runtime.download(this[`${part}Tensor`]);
  }

  async load(part: ParameterPart, fill: (into: Float32Array) => Promise<unknown>): Promise<void> {
    const data = new Float32Array(this.size);
    await fill(data);
    await this.runtime.upload(data, this.shape, this[`${part}Tensor`]);
  }

  clearGradient(): void {
    this.runtime.free(this.gradientTensor);
  }
}
