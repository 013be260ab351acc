import { createRandom } from '@profit-sft/core';
import { adaptedMaps, adapterNames, type AdaptedConfig } from '@profit-sft/models';
import { floatTensor, type FloatTensor } from '../runtime/host-tensor.js';
import { fillDropoutMask } from './dropout-mask.js';

/**
 * Dropout's masks of the adapters' inputs. Each forward pass of training has masks of its own, by the seed, the number of the pass, the
 * layer and the map, so that a backward pass that recomputes draws the same again and nothing has to be kept.
 */
export class DropoutMasks {
  /** Forward passes of training so far; part of a training state. */
  passes = 0;

  constructor(private readonly config: AdaptedConfig) {}

  /** Masks of a layer by the names of its programs' inputs, [tokens, in] each; `take` gives memory of a size. */
  draw(
    pass: number,
    layer: number,
    tokens: number,
    take: (name: string, size: number) => Float32Array = (_, size) => new Float32Array(size),
  ): Record<string, FloatTensor> {
    const { dropout = 0, seed = 0 } = this.config.adapters ?? {};
    return Object.fromEntries(
      adaptedMaps(this.config).map(({ name, input }) => {
        const { mask } = adapterNames(name);
        const data = take(mask, tokens * input);
        fillDropoutMask(data, dropout, createRandom(seed, 'lora dropout', pass, layer, name));
        return [mask, floatTensor(data, [tokens, input])] as const;
      }),
    );
  }
}

/** None for a model without dropout. */
export function dropoutMasksOf(config: AdaptedConfig): DropoutMasks | undefined {
  return (config.adapters?.dropout ?? 0) === 0 ? undefined : new DropoutMasks(config);
}

/** The same model without dropout: as it is scored. */
export function withoutDropout(config: AdaptedConfig): AdaptedConfig {
  const { adapters } = config;
  return adapters === undefined ? config : { ...config, adapters: { ...adapters, dropout: 0 } };
}
