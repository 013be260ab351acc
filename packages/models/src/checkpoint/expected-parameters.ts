import type { DecoderShape } from '../architecture/decoder-shape.js';
import type { ModelConfig } from '../config/model-config.js';
import { parameterLayout } from './parameter-layout.js';

/** A weight of a model, by the name that Hugging Face checkpoints give it. */
export interface ParameterSpecification {
  readonly name: string;
  /** Linear weights are [out, in] ([in, out] for GPT-2), the embedding is [vocabulary, hidden]. */
  readonly shape: readonly number[];
  readonly kind: 'embedding' | 'linear' | 'norm' | 'bias';
  /** From 0; `undefined` for the embeddings, the final norm and the head. */
  readonly layer: number | undefined;
}

/** Every parameter of a model in a fixed order: embeddings, layers, final norm, head (none where it is tied). */
export function expectedParameters(config: ModelConfig): ParameterSpecification[] {
  const { hiddenSize, vocabularySize } = config;
  const layout = parameterLayout(config);
  const table = (name: string, rows: number, kind: 'embedding' | 'linear'): ParameterSpecification => ({
    name: `${name}.weight`,
    shape: [rows, hiddenSize],
    kind,
    layer: undefined,
  });
  const parameters = [table(layout.embedding, vocabularySize, 'embedding')];
  if (config.positions === 'learned') parameters.push(table(layout.positions, config.maxPositions, 'embedding'));
  for (let layer = 0; layer < config.layers; layer++) parameters.push(...layerParameters(config, layer));
  parameters.push(...normParameters(config, layout.finalNorm, hiddenSize, undefined));
  if (!config.tieEmbeddings) parameters.push(table(layout.head, vocabularySize, 'linear'));
  return parameters;
}

/** The parameters of one layer, in order. */
export function layerParameters(config: DecoderShape, layer: number): ParameterSpecification[] {
  const { hiddenSize: hidden, intermediateSize: intermediate, headSize, attentionBias } = config;
  const queries = config.attentionHeads * headSize;
  const keys = config.keyValueHeads * headSize;
  const layout = parameterLayout(config);
  const names = layout.layer;
  const prefix = `${layout.layers}${layer}.`;
  const norm = (name: string, size: number): ParameterSpecification[] =>
    normParameters(config, `${prefix}${name}`, size, layer);
  const linear = (name: string, output: number, input: number, bias: boolean): ParameterSpecification[] => {
    const shape = layout.linear === 'output, input' ? [output, input] : [input, output];
    const weight = { name: `${prefix}${name}.weight`, shape, kind: 'linear', layer } as const;
    return bias ? [weight, { name: `${prefix}${name}.bias`, shape: [output], kind: 'bias', layer }] : [weight];
  };
  const projections = (): ParameterSpecification[] => {
    if (typeof names.projections === 'string')
      return linear(names.projections, queries + 2 * keys, hidden, attentionBias);
    const [ofQueries, ofKeys, ofValues] = names.projections;
    return [
      ...linear(ofQueries, queries, hidden, attentionBias),
      ...linear(ofKeys, keys, hidden, attentionBias),
      ...linear(ofValues, keys, hidden, attentionBias),
    ];
  };
  const queryKeyNorms = (): ParameterSpecification[] => {
    if (config.queryKeyNorm === 'none') return [];
    const perHead = config.queryKeyNorm === 'head';
    return [...norm(names.queryNorm, perHead ? headSize : queries), ...norm(names.keyNorm, perHead ? headSize : keys)];
  };
  const before = config.normPlacement === 'before';
  const attentionNorm = norm(names.attentionNorm, hidden);
  const feedForwardNorm = norm(names.feedForwardNorm, hidden);
  return [
    ...(before ? attentionNorm : []),
    ...projections(),
    ...queryKeyNorms(),
    ...linear(names.attentionOutput, hidden, queries, config.attentionOutputBias),
    ...(before ? feedForwardNorm : attentionNorm),
    ...(config.feedForward === 'gated' ? linear(names.gate, intermediate, hidden, config.mlpBias) : []),
    ...linear(names.up, intermediate, hidden, config.mlpBias),
    ...linear(names.down, hidden, intermediate, config.mlpBias),
    ...(before ? [] : feedForwardNorm),
  ];
}

function normParameters(
  { norm }: Pick<ModelConfig, 'norm'>,
  name: string,
  size: number,
  layer: number | undefined,
): ParameterSpecification[] {
  const weight = { name: `${name}.weight`, shape: [size], kind: 'norm', layer } as const;
  return norm === 'layer' ? [weight, { name: `${name}.bias`, shape: [size], kind: 'bias', layer }] : [weight];
}

/** Number of elements of all parameters. */
export function parameterCount(config: ModelConfig): number {
  return expectedParameters(config).reduce(
    (total, { shape }) => total + shape.reduce((product, size) => product * size, 1),
    0,
  );
}
