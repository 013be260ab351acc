import { createRandom } from '@profit-sft/core';

/**
 * What an adapter's parameter begins with: B with zeros, so that the model begins as the base, and A as PEFT has it, Kaiming-uniform with
 * a = √5 (arXiv 1502.01852): uniform in ±1/√in. Drawn from the seed and the parameter's name.
 */
export function initialAdapterWeights(name: string, shape: readonly number[], seed: number): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (name.endsWith('.lora_B.weight')) return new Float32Array(size);
  const random = createRandom(seed, 'lora', name);
  const bound = 1 / Math.sqrt(shape[1]);
  return Float32Array.from({ length: size }, () => bound * (2 * random.next() - 1));
}
