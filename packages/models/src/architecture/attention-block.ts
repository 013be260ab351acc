import {
  add,
  broadcastTo,
  concat,
  constant,
  Graph,
  matmul,
  multiply,
  negate,
  reduceSum,
  reshape,
  softmax,
  transpose,
  type Program,
  type Tensor,
} from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';

/**
 * Attention of a block of queries, the same block in each of `rows` rows, over the keys that they may see. All are
 * token-major slices of a layer's rotated projections: `queries` [rows·queries, attentionHeads·headSize], `keys` and
 * `values` [rows·keys, keyValueHeads·headSize]; `mask` [rows, queries, keys] is added to the scores.
 */
export interface AttentionBlockPrograms {
  /** → `context` [rows·queries, attentionHeads·headSize] */
  readonly attend: Program;
  /**
   * Also takes `context` and its gradient `contextGradient`, and the sums so far `keysGradient`, `valuesGradient`
   * → `queriesGradient`, `newKeysGradient`, `newValuesGradient`.
   */
  readonly attendBackward: Program;
}

/** [rows·n, heads·headSize] → [rows, heads', group, n, headSize] with heads' · group = heads. */
function byHead(x: Tensor, rows: string, tokens: string, heads: number, group: number, headSize: number): Tensor {
  return transpose(reshape(x, [rows, tokens, heads, group, headSize]), [0, 2, 3, 1, 4]);
}

/**
 * The gradient is written out rather than derived. With probabilities P and the context O = P V, the gradient of the
 * scores is P ∘ (dO Vᵀ − δ), where δ = Σ dO ∘ O of each query (as in FlashAttention, arXiv 2205.14135, Algorithm 4) takes the
 * place of a sum over all keys. δ is subtracted inside the product, as one more column of dO and of V: over the
 * matrix of queries and keys, the largest there is, one elementwise pass is left where the derived gradient has four.
 */
export function attentionBlockPrograms(shape: DecoderShape): AttentionBlockPrograms {
  const { attentionHeads, keyValueHeads, headSize } = shape;
  const group = attentionHeads / keyValueHeads;
  const scale = 1 / Math.sqrt(headSize);
  const graph = new Graph();
  const queries = graph.input('float', ['rows*queries', attentionHeads * headSize]);
  const keys = graph.input('float', ['rows*keys', keyValueHeads * headSize]);
  const values = graph.input('float', ['rows*keys', keyValueHeads * headSize]);
  const mask = graph.input('float', ['rows', 'queries', 'keys']);
  const keysGradient = graph.input('float', keys.shape);
  const valuesGradient = graph.input('float', values.shape);
  const givenContext = graph.input('float', queries.shape);
  const contextGradient = graph.input('float', queries.shape);

  // Query heads that share a key/value head are folded into its rows: no keys are repeated, and gradients sum by themselves.
  const folded = (x: Tensor): Tensor =>
    reshape(byHead(x, 'rows', 'queries', keyValueHeads, group, headSize), [
      'rows',
      keyValueHeads,
      group === 1 ? 'queries' : `${group}*queries`,
      headSize,
    ]);
  const unfolded = (x: Tensor): Tensor =>
    reshape(transpose(reshape(x, ['rows', keyValueHeads, group, 'queries', headSize]), [0, 3, 1, 2, 4]), queries.shape);
  const ofKeys = (x: Tensor): Tensor =>
    reshape(byHead(x, 'rows', 'keys', keyValueHeads, 1, headSize), ['rows', keyValueHeads, 'keys', headSize]);
  const merged = (x: Tensor): Tensor => reshape(transpose(x, [0, 2, 1, 3]), keys.shape);

  const q = folded(queries);
  const k = ofKeys(keys);
  const v = ofKeys(values);
  const scores = matmul(q, k, { transposeB: true, scale });
  const masked = add(
    reshape(scores, ['rows', keyValueHeads, group, 'queries', 'keys']),
    reshape(mask, ['rows', 1, 1, 'queries', 'keys']),
  );
  const probabilities = reshape(softmax(masked), scores.shape);
  const context = unfolded(matmul(probabilities, v));

  const pull = folded(contextGradient);
  const delta = reduceSum(multiply(pull, folded(givenContext)), [3]);
  const one = broadcastTo(constant(graph, 1), ['rows', keyValueHeads, 'keys', 1]);
  const centred = matmul(concat([pull, negate(delta)], 3), concat([v, one], 3), { transposeB: true });
  const scoresGradient = multiply(probabilities, centred);
  const inputs = { queries, keys, values, mask };
  return {
    attend: graph.program('attend', inputs, { context }),
    attendBackward: graph.program(
      'attend backward',
      { ...inputs, context: givenContext, contextGradient, keysGradient, valuesGradient },
      {
        queriesGradient: unfolded(matmul(scoresGradient, k, { scale })),
        newKeysGradient: add(merged(matmul(scoresGradient, q, { transposeA: true, scale })), keysGradient),
        newValuesGradient: add(merged(matmul(probabilities, pull, { transposeA: true })), valuesGradient),
      },
    ),
  };
}
