import {
  add,
  concat,
  constant,
  gatherRows,
  Graph,
  greater,
  matmul,
  negate,
  range,
  reshape,
  slice,
  where,
  type Program,
  type Tensor,
} from '@profit-sft/graph';
import { parameterLayout } from '../checkpoint/parameter-layout.js';
import { decoderLayer, layerParameters } from './decoder-layer.js';
import { finalNorm } from './final-norm.js';
import type { WholeModelShape } from './loss-program.js';

/** A score that softmax turns into exactly 0, finite so that a row in which everything is masked stays finite. */
const masked = -1e30;

/**
 * A whole decoder with key/value cache as one program, with the inputs and outputs of Hugging Face's ONNX exports.
 *
 * Inputs: `input_ids` and `position_ids` [batch, sequence] (ints), `attention_mask` [batch, past + sequence] (1 for a token,
 * 0 for padding), for each layer N `past_key_values.N.key` and `.value` [batch, keyValueHeads, past, headSize], where past may
 * be 0; and as constants, where positions turn queries and keys, `rotary.cosine` and `rotary.sine` [maxPositions, headSize / 2], and each
 * parameter by its Hugging Face name. Outputs: `logits` [batch, sequence, vocabularySize], `present.N.key` and `.value`
 * [batch, keyValueHeads, past + sequence, headSize].
 *
 * Causality is by place in the cache, as in transformers; positions only turn queries and keys, or choose learned rows.
 */
export function decoderProgram(shape: WholeModelShape): Program {
  const graph = new Graph();
  const layout = parameterLayout(shape);
  const { vocabularySize, hiddenSize, keyValueHeads, headSize, maxPositions } = shape;
  const tokens = 'batch*sequence';
  const ids = graph.input('int', ['batch', 'sequence']);
  const present = graph.input('float', ['batch', 'past+sequence']);
  const positions = graph.input('int', ['batch', 'sequence']);
  const cosine = graph.input('float', [maxPositions, headSize / 2]);
  const sine = graph.input('float', [maxPositions, headSize / 2]);

  const row = (table: Tensor): Tensor =>
    reshape(gatherRows(table, reshape(positions, [tokens])), ['batch', 'sequence', headSize / 2]);
  const cosines = row(cosine);
  const sines = row(sine);
  const tables = {
    cosine: concat([cosines, cosines], 2),
    signedSine: concat([negate(sines), sines], 2),
    mask: attentionMask(present),
  };

  const caches: Record<string, Tensor> = {};
  const outputs: Record<string, Tensor> = {};
  const parameters: Record<string, Tensor> = {};
  const embedding = graph.input('float', [vocabularySize, hiddenSize]);
  parameters[`${layout.embedding}.weight`] = embedding;
  let hidden = gatherRows(embedding, reshape(ids, [tokens]));
  if (shape.positions === 'learned') {
    const table = graph.input('float', [maxPositions, hiddenSize]);
    parameters[`${layout.positions}.weight`] = table;
    hidden = add(hidden, gatherRows(table, reshape(positions, [tokens])));
  }
  for (let index = 0; index < shape.layers; index++) {
    const own = layerParameters(graph, shape);
    for (const [name, tensor] of Object.entries(own)) parameters[`${layout.layers}${index}.${name}`] = tensor;
    const cacheShape = ['batch', keyValueHeads, 'past', headSize];
    const keys = graph.input('float', cacheShape);
    const values = graph.input('float', cacheShape);
    const layer = decoderLayer(shape, { hidden, ...tables, cache: { keys, values, joined: true } }, own);
    caches[`past_key_values.${index}.key`] = keys;
    caches[`past_key_values.${index}.value`] = values;
    outputs[`present.${index}.key`] = layer.attention.keys;
    outputs[`present.${index}.value`] = layer.attention.values;
    hidden = layer.output;
  }
  const norm = finalNorm(graph, shape, hidden);
  parameters[`${layout.finalNorm}.weight`] = norm.parameters.norm;
  if (norm.parameters.normBias !== undefined) parameters[`${layout.finalNorm}.bias`] = norm.parameters.normBias;
  let head = embedding;
  if (!shape.tieEmbeddings) {
    head = graph.input('float', [vocabularySize, hiddenSize]);
    parameters[`${layout.head}.weight`] = head;
  }
  const logits = matmul(norm.normed, head, { transposeB: true });
  return graph.program(
    'decoder',
    {
      ...{ input_ids: ids, attention_mask: present, position_ids: positions, ...caches },
      ...(shape.positions === 'rotary' ? { 'rotary.cosine': cosine, 'rotary.sine': sine } : {}),
      ...parameters,
    },
    { logits: reshape(logits, ['batch', 'sequence', vocabularySize]), ...outputs },
  );
}

/** What is added to the scores, [batch, sequence, past + sequence]: 0 where a token may look. */
function attentionMask(present: Tensor): Tensor {
  const { graph } = present;
  const [batch, width] = present.shape;
  const zero = constant(graph, 0);
  const hide = constant(graph, masked);
  const places = range(graph, width);
  const queries = reshape(slice(places, 0, 'past', width), [1, 'sequence', 1]);
  const later = greater(reshape(places, [1, 1, width]), queries);
  return where(later, hide, where(greater(reshape(present, [batch, 1, width]), zero), zero, hide));
}
