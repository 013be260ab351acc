import { gatherRows, type Graph, type Tensor } from '@profit-sft/graph';
import { parameterLayout } from '../checkpoint/parameter-layout.js';
import { attention, type AttentionResult, type KeyValueCache } from './attention.js';
import { adaptedMap, adaptedMaps, adapterNames } from '../adapter/layer-adapters.js';
import { adapterParameterShapes, layerParameterShapes, type DecoderShape } from './decoder-shape.js';
import { afterAttention, projections } from './residual-branches.js';

export interface DecoderLayerInputs {
  /** Hidden states, [batch·sequence, hiddenSize]. */
  readonly hidden: Tensor;
  /** [batch, sequence, headSize] */
  readonly cosine: Tensor;
  readonly signedSine: Tensor;
  /** [batch, sequence, (capacity +) sequence] */
  readonly mask: Tensor;
  readonly cache?: KeyValueCache;
  /**
   * Tokens whose output is wanted, [rows] (int); all where absent. After the attention a layer works on each token by
   * itself, so that the last layer need not compute the rest for tokens that are not scored or have no weight.
   */
  readonly rows?: Tensor;
  /** Masks of dropout by the names of their inputs, [batch·sequence, in] each; none where there is no dropout. */
  readonly masks?: Readonly<Record<string, Tensor>>;
}

export interface DecoderLayer {
  /** [batch·sequence or rows, hiddenSize] */
  readonly output: Tensor;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly attention: AttentionResult;
  /**
   * Results of the large matrix products over all tokens. With these kept from the forward pass, a backward pass recomputes only
   * norms, rotations, attention probabilities and activations, which cost little.
   */
  readonly products: Readonly<Record<string, Tensor>>;
}

/** The parameters of one layer as graph inputs, those of adapters last. */
export function layerParameters(graph: Graph, shape: DecoderShape): Record<string, Tensor> {
  const shapes = { ...layerParameterShapes(shape), ...adapterParameterShapes(shape) };
  return Object.fromEntries(Object.entries(shapes).map(([name, size]) => [name, graph.input('float', size)]));
}

/** Those whose gradients are wanted: all, or of an adapted layer the adapters'. */
export function trainedParameters<T>(shape: DecoderShape, parameters: Readonly<Record<string, T>>): Record<string, T> {
  if (shape.adapters === undefined) return { ...parameters };
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => adaptedMap(name) !== undefined));
}

/** Masks of dropout as graph inputs over so many tokens, by `adapterNames`; none where there is no dropout. */
export function dropoutMasks(graph: Graph, shape: DecoderShape, tokens: string): Record<string, Tensor> {
  if ((shape.adapters?.dropout ?? 0) === 0) return {};
  return Object.fromEntries(
    adaptedMaps(shape).map(({ name, input }) => [adapterNames(name).mask, graph.input('float', [tokens, input])]),
  );
}

/**
 * A decoder layer of the Llama family (arXiv 2302.13971): h + Attention(norm(h)), then + down(silu(gate) · up) of the
 * sum's norm. Qwen2 varies it by biases on q, k, v; Qwen3 by norms on queries and keys; OLMo 2 (arXiv 2501.00656) also by
 * norms after both branches instead of before; GPT-2 has layer norms, no rotation, and down(gelu(up)).
 */
export function decoderLayer(
  shape: DecoderShape,
  inputs: DecoderLayerInputs,
  parameters: Readonly<Record<string, Tensor>>,
): DecoderLayer {
  const names = parameterLayout(shape).layer;
  const { rows, masks = {} } = inputs;
  const projected = projections(shape, inputs.hidden, { ...parameters, ...masks });
  const attended = attention(shape, {
    ...projected,
    queryNorm: parameters[`${names.queryNorm}.weight`],
    keyNorm: parameters[`${names.keyNorm}.weight`],
    cosine: inputs.cosine,
    signedSine: inputs.signedSine,
    mask: inputs.mask,
    ...(inputs.cache === undefined ? {} : { cache: inputs.cache }),
  });
  const choose = (x: Tensor): Tensor => (rows === undefined ? x : gatherRows(x, rows));
  const chosenMasks = Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, choose(mask)]));
  const finished = afterAttention(shape, choose(inputs.hidden), choose(attended.context), {
    ...parameters,
    ...chosenMasks,
  });
  return {
    output: finished.output,
    parameters,
    attention: attended,
    products: {
      ...projected,
      context: attended.context,
      // Those of chosen rows are not worth keeping: a backward pass may choose fewer.
      ...(rows === undefined ? finished.products : {}),
    },
  };
}
