import { parseModelConfig } from '@profit-sft/models';
import { describe, expect, it } from 'vitest';
import { baseConfig } from './base-config.js';
import { initialParameters } from './initialise-parameters.js';

const config = parseModelConfig(baseConfig(1024), 'base');
const parameters = initialParameters(config, 1);

function deviation(name: string): number {
  const data = parameters.find((parameter) => parameter.name === name)!.data as Float32Array;
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
}

describe('initialParameters', () => {
  it('fits in 4 MB as BF16', () => {
    const count = parameters.reduce((sum, { data }) => sum + (data as Float32Array).length, 0);
    expect(count).toBe(1_714_400);
    expect(2 * count).toBeLessThan(3.6e6);
  });

  it('has the deviations of the scheme', () => {
    expect(deviation('model.embed_tokens.weight')).toBeCloseTo(0.02, 3);
    expect(deviation('model.layers.2.mlp.up_proj.weight')).toBeCloseTo(0.02, 3);
    expect(deviation('model.layers.2.mlp.down_proj.weight')).toBeCloseTo(0.02 / Math.sqrt(10), 4);
    expect(deviation('model.layers.4.self_attn.o_proj.weight')).toBeCloseTo(0.02 / Math.sqrt(10), 3);
    expect(deviation('model.norm.weight')).toBe(1);
  });

  it('depends on the seed', () => {
    const bytes = (seed: number): string =>
      initialParameters(config, seed)
        .map(({ data }) => Buffer.from((data as Float32Array).buffer).toString('base64'))
        .join();
    expect(bytes(1) === bytes(1)).toBe(true);
    expect(bytes(1) === bytes(2)).toBe(false);
  });
});
