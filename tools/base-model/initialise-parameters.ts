import { createRandom } from '@profit-sft/core';
import { expectedParameters, type ModelConfig, type ParameterToSave } from '@profit-sft/models';

const standardDeviation = 0.02;

/** The projections that add to the residual stream. */
const residual = /\.(o_proj|down_proj)\.weight$/;

/**
 * Random weights: normal with standard deviation 0.02, divided by √(2 · layers) for the projections into the residual
 * stream (GPT-2's scheme); norms are 1. Each tensor has random numbers of its own, so that its values depend on its name
 * and the seed alone.
 */
export function initialParameters(config: ModelConfig, seed: number): ParameterToSave[] {
  return expectedParameters(config).map(({ name, shape, kind }) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (kind === 'norm') data.fill(1);
    if (kind === 'linear' || kind === 'embedding') {
      const random = createRandom(seed, 'initial-weights', name);
      const scale = standardDeviation / (residual.test(name) ? Math.sqrt(2 * config.layers) : 1);
      for (let i = 0; i < data.length; i++) data[i] = scale * random.normal();
    }
    return { name, shape, data };
  });
}
