import { expectedParameters } from '../checkpoint/expected-parameters.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { parameterLayout, type LinearLayout } from '../checkpoint/parameter-layout.js';
import { saveCheckpoint } from '../checkpoint/save-checkpoint.js';
import { verifyCheckpoint } from '../checkpoint/verify-checkpoint.js';
import type { ModelConfig } from '../config/model-config.js';
import { readModelConfig } from '../config/read-model-config.js';
import type { WritableDtype } from '../safetensors/dtype.js';
import { adapterBase } from './adapter-base.js';
import { adapterNames } from './layer-adapters.js';
import { openAdapter, type Adapter } from './open-adapter.js';

type Read = (name: string) => Promise<Float32Array>;

/** Reads a base's weights with an adapter added to them: W + scale · B A. */
export function mergedWeights(config: ModelConfig, readBase: Read, adapter: Adapter): Read {
  const { layers, linear } = parameterLayout(config);
  const adapted = new Set(
    Array.from({ length: config.layers }, (_, layer) =>
      adapter.targets.map((target) => `${layers}${layer}.${target}`),
    ).flat(),
  );
  return async (name) => {
    const weights = await readBase(name);
    const map = name.replace(/\.weight$/, '');
    if (map === name || !adapted.has(map)) return weights;
    const { down, up } = adapterNames(map);
    addProduct(weights, await adapter.read(down), await adapter.read(up), adapter, linear);
    return weights;
  };
}

/** Adds scale · (B A)ij to the weight of output i and input j; the product is summed up in float64. */
function addProduct(
  weights: Float32Array,
  down: Float32Array,
  up: Float32Array,
  { scale, config: { rank } }: Adapter,
  layout: LinearLayout,
): void {
  const input = down.length / rank;
  const output = up.length / rank;
  const [stepOut, stepIn] = layout === 'output, input' ? [input, 1] : [1, output];
  const row = new Float64Array(input);
  for (let i = 0; i < output; i++) {
    row.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = scale * up[i * rank + k];
      for (let j = 0; j < input; j++) row[j] += factor * down[k * input + j];
    }
    for (let j = 0; j < input; j++) weights[i * stepOut + j * stepIn] += row[j];
  }
}

export interface MergeOptions {
  /** The base model's directory; default: what the adapter's configuration names. */
  readonly base?: string | undefined;
  /** Element type of the merged weights. */
  readonly dtype: WritableDtype;
}

/**
 * Writes a Hugging Face model directory (not the tokenizer) of a base with an adapter added to its weights. Tensors are read and written
 * one after the other. Returns the base's directory.
 *
 * @throws InvalidModelError for an adapter that does not fit the base
 * @throws OutputError when the directory cannot be written or holds other weights
 */
export async function mergeAdapter(directory: string, output: string, options: MergeOptions): Promise<string> {
  const base = await adapterBase(directory, options.base);
  const config = await readModelConfig(base);
  const checkpoint = await openCheckpoint(base, config);
  try {
    verifyCheckpoint(checkpoint, config);
    const adapter = await openAdapter(directory, config);
    try {
      const read = mergedWeights(config, (name) => checkpoint.readFloat32(name), adapter);
      const tensors = expectedParameters(config).map(({ name, shape }) => ({ name, shape, data: () => read(name) }));
      await saveCheckpoint(output, config, tensors, { dtype: options.dtype });
    } finally {
      await adapter.close();
    }
  } finally {
    await checkpoint.close();
  }
  return base;
}
