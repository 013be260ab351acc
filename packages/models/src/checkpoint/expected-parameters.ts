import type { DecoderShape } from '../architecture/decoder-shape.js';
import type { ModelConfig } from '../config/model-config.js';

/** A weight of a model, by the name that Hugging Face checkpoints give it. */
export interface ParameterSpecification {
  readonly name: string;
  /** Linear weights are [out, in], the embedding is [vocabulary, hidden]. */
  readonly shape: readonly number[];
  readonly kind: 'embedding' | 'linear' | 'norm' | 'bias';
  /** From 0; `undefined` for the embedding, the final norm and the head. */
  readonly layer: number | undefined;
}

/** Every parameter of a model in a fixed order: embedding, layers, final norm, head (none where it is tied). */
export function expectedParameters(config: ModelConfig): ParameterSpecification[] {
  const { hiddenSize, vocabularySize } = config;
  const parameters: ParameterSpecification[] = [
    { name: 'model.embed_tokens.weight', shape: [vocabularySize, hiddenSize], kind: 'embedding', layer: undefined },
  ];
  for (let layer = 0; layer < config.layers; layer++) parameters.push(...layerParameters(config, layer));
  parameters.push({ name: 'model.norm.weight', shape: [hiddenSize], kind: 'norm', layer: undefined });
  if (!config.tieEmbeddings) {
    parameters.push({ name: 'lm_head.weight', shape: [vocabularySize, hiddenSize], kind: 'linear', layer: undefined });
  }
  return parameters;
}

/** The parameters of one layer, in order. */
export function layerParameters(config: DecoderShape, layer: number): ParameterSpecification[] {
  const { hiddenSize: hidden, intermediateSize: intermediate, headSize, attentionBias } = config;
  const queries = config.attentionHeads * headSize;
  const keys = config.keyValueHeads * headSize;
  const prefix = `model.layers.${layer}.`;
  const norm = (name: string, size: number): ParameterSpecification[] => [
    { name: `${prefix}${name}.weight`, shape: [size], kind: 'norm', layer },
  ];
  const linear = (name: string, output: number, input: number, bias: boolean): ParameterSpecification[] => {
    const weight = { name: `${prefix}${name}.weight`, shape: [output, input], kind: 'linear', layer } as const;
    return bias ? [weight, { name: `${prefix}${name}.bias`, shape: [output], kind: 'bias', layer }] : [weight];
  };
  const before = config.normPlacement === 'before';
  const perHead = config.queryKeyNorm === 'head';
  return [
    ...(before ? norm('input_layernorm', hidden) : []),
    ...linear('self_attn.q_proj', queries, hidden, attentionBias),
    ...linear('self_attn.k_proj', keys, hidden, attentionBias),
    ...linear('self_attn.v_proj', keys, hidden, attentionBias),
    ...(config.queryKeyNorm === 'none'
      ? []
      : [
          ...norm('self_attn.q_norm', perHead ? headSize : queries),
          ...norm('self_attn.k_norm', perHead ? headSize : keys),
        ]),
    ...linear('self_attn.o_proj', hidden, queries, config.attentionOutputBias),
    ...norm('post_attention_layernorm', hidden),
    ...linear('mlp.gate_proj', intermediate, hidden, config.mlpBias),
    ...linear('mlp.up_proj', intermediate, hidden, config.mlpBias),
    ...linear('mlp.down_proj', hidden, intermediate, config.mlpBias),
    ...(before ? [] : norm('post_feedforward_layernorm', hidden)),
  ];
}

/** Number of elements of all parameters. */
export function parameterCount(config: ModelConfig): number {
  return expectedParameters(config).reduce(
    (total, { shape }) => total + shape.reduce((product, size) => product * size, 1),
    0,
  );
}
