import type { ParameterKind, ParameterPart, StoredParameter } from '../engine/parameters.js';
import type { ParameterValues } from '../engine/layer-runner.js';
import type { DeviceRuntime } from './device-runtime.js';
import type { DeviceTensor } from './device-tensor.js';

/** One weight tensor with everything that training keeps for it, in GPU buffers. */
export class DeviceParameter implements StoredParameter, ParameterValues<DeviceTensor> {
  readonly size: number;
  readonly weightTensor: DeviceTensor;
  readonly gradientTensor: DeviceTensor;
  readonly firstMomentTensor: DeviceTensor;
  readonly secondMomentTensor: DeviceTensor;

  constructor(
    private readonly runtime: DeviceRuntime,
    readonly name: string,
    readonly shape: readonly number[],
    readonly kind: ParameterKind,
  ) {
    this.size = shape.reduce((product, length) => product * length, 1);
    const zeros = (): DeviceTensor => runtime.empty(shape);
    this.weightTensor = zeros();
    this.gradientTensor = zeros();
    this.firstMomentTensor = zeros();
    this.secondMomentTensor = zeros();
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
    this.gradientTensor.clear();
  }
}
