import { engine, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

type Attributes = NonNullable<Parameters<ReturnType<typeof engine>['runKernel']>[2]>;

/**
 * Runs one kernel of the active backend. The functions of `tf` check and convert their arguments and open a scope for every call;
 * a program's shapes and types were checked when it was built.
 */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, Tensor>> | readonly Tensor[],
  attributes: object = {},
): Tensor {
  return engine().runKernel(name, inputs as unknown as NamedTensorMap, attributes as Attributes) as Tensor;
}

/** A kernel with several results. */
export function runKernelForAll(
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: object = {},
): Tensor[] {
  return engine().runKernel(name, inputs as unknown as NamedTensorMap, attributes as Attributes) as Tensor[];
}

export function filled(shape: readonly number[], value: number): Tensor {
  return runKernel('Fill', {}, { shape: [...shape], value, dtype: 'float32' });
}

/** Another handle on the same data. */
export function reshaped(x: Tensor, shape: readonly number[]): Tensor {
  return runKernel('Reshape', { x }, { shape: [...shape] });
}

/** A tensor of numbers of the host. */
export function tensorOf(data: Float32Array | Int32Array, shape: readonly number[]): Tensor {
  return engine().makeTensor(data, [...shape], data instanceof Float32Array ? 'float32' : 'int32');
}
