import type { Shape } from '@profit-sft/graph';
import { adaptedMaps, adapterNames, type LayerAdapters } from '../adapter/layer-adapters.js';
import { layerParameters } from '../checkpoint/expected-parameters.js';
import { parameterLayout } from '../checkpoint/parameter-layout.js';
import type { ModelConfig } from '../config/model-config.js';

/**
 * What the programs of one decoder layer and of the head depend on; the same for every layer of a model. With `adapters` only these
 * are trained: no program gives out another gradient of a parameter.
 */
export type DecoderShape = Pick<
  ModelConfig,
  | 'vocabularySize'
  | 'hiddenSize'
  | 'intermediateSize'
  | 'attentionHeads'
  | 'keyValueHeads'
  | 'headSize'
  | 'normEpsilon'
  | 'attentionBias'
  | 'attentionOutputBias'
  | 'mlpBias'
  | 'norm'
  | 'normPlacement'
  | 'queryKeyNorm'
  | 'positions'
  | 'feedForward'
  | 'parameterLayout'
> & { readonly adapters?: LayerAdapters | undefined };

/** Shapes of one layer's parameters by their name within the layer, e.g. `self_attn.q_proj.weight` [out, in]. */
export function layerParameterShapes(shape: DecoderShape): Record<string, Shape> {
  const prefix = `${parameterLayout(shape).layers}0.`;
  return Object.fromEntries(layerParameters(shape, 0).map((own) => [own.name.slice(prefix.length), own.shape]));
}

/** The same of an adapted layer's adapters, e.g. `self_attn.q_proj.lora_A.weight` [rank, in]. */
export function adapterParameterShapes(shape: DecoderShape): Record<string, Shape> {
  const { adapters } = shape;
  if (adapters === undefined) return {};
  return Object.fromEntries(
    adaptedMaps(shape).flatMap(({ name, input, output }) => {
      const { down, up } = adapterNames(name);
      return [[down, [adapters.rank, input]] as const, [up, [output, adapters.rank]] as const];
    }),
  );
}
