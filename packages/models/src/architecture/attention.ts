import {
  add,
  concat,
  matmul,
  reshape,
  slice,
  softmax,
  transpose,
  type Dimension,
  type Tensor,
} from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { splitAndNormalise } from './query-key-norm.js';
import { rotate } from './rotary.js';

/** Keys and values of earlier tokens, [batch, keyValueHeads, capacity, headSize]. */
export interface KeyValueCache {
  readonly keys: Tensor;
  readonly values: Tensor;
  /** The result's keys and values are the cached and the new ones in one, [batch, keyValueHeads, capacity + sequence, headSize]. */
  readonly joined?: boolean;
}

export interface AttentionInputs {
  /** Projections of the tokens, [batch·sequence, heads·headSize] each. */
  readonly queries: Tensor;
  readonly keys: Tensor;
  readonly values: Tensor;
  readonly queryNorm?: Tensor;
  readonly keyNorm?: Tensor;
  /** Rotary tables, [batch, sequence, headSize], not used with learned positions; see {@link rotate} for the sign. */
  readonly cosine: Tensor;
  readonly signedSine: Tensor;
  /** Added to the scores: 0 where a token may look, a large negative number where not, [batch, sequence, (capacity +) sequence]. */
  readonly mask: Tensor;
  readonly cache?: KeyValueCache;
}

export interface AttentionResult {
  /** [batch·sequence, attentionHeads·headSize] */
  readonly context: Tensor;
  /** Rotated keys and values of the tokens, [batch, keyValueHeads, sequence, headSize]: what a cache holds. With a joined cache also its own. */
  readonly keys: Tensor;
  readonly values: Tensor;
}

/**
 * Scaled dot-product attention. Query heads that share a key/value head are folded into its rows, so that grouped-query
 * attention multiplies without repeating keys, and its gradients sum over the group by themselves.
 */
export function attention(shape: DecoderShape, inputs: AttentionInputs): AttentionResult {
  const { attentionHeads, keyValueHeads, headSize } = shape;
  const [batch, sequence] = inputs.mask.shape;
  const groups = attentionHeads / keyValueHeads;

  const split = (x: Tensor, perKeyHead: number): Tensor =>
    transpose(reshape(x, [batch, sequence, keyValueHeads, perKeyHead, headSize]), [0, 2, 3, 1, 4]);
  const table = (x: Tensor): Tensor => reshape(x, [batch, 1, 1, sequence, headSize]);
  const position = (x: Tensor, perKeyHead: number, norm: Tensor | undefined): Tensor => {
    const heads = splitAndNormalise(shape, x, norm, (whole) => split(whole, perKeyHead));
    return shape.positions === 'rotary' ? rotate(heads, table(inputs.cosine), table(inputs.signedSine)) : heads;
  };

  const scale = 1 / Math.sqrt(headSize);
  const queries = position(inputs.queries, groups, inputs.queryNorm);
  const keyShape: Dimension[] = [batch, keyValueHeads, sequence, headSize];
  const newKeys = reshape(position(inputs.keys, 1, inputs.keyNorm), keyShape);
  const newValues = reshape(split(inputs.values, 1), keyShape);
  const joined = inputs.cache?.joined === true ? inputs.cache : undefined;
  const keys = joined === undefined ? newKeys : concat([joined.keys, newKeys], 2);
  const values = joined === undefined ? newValues : concat([joined.values, newValues], 2);
  const apart = joined === undefined ? inputs.cache : undefined;

  const rows = reshape(queries, [batch, keyValueHeads, foldedRows(groups, sequence), headSize]);
  const scoresNew = matmul(rows, keys, { transposeB: true, scale });
  // Cached and new keys are scored apart and only the scores are joined: joining the keys would copy the whole cache.
  const scores =
    apart === undefined ? scoresNew : concat([matmul(rows, apart.keys, { transposeB: true, scale }), scoresNew], 3);
  const columns = scores.shape[3];
  const masked = add(
    reshape(scores, [batch, keyValueHeads, groups, sequence, columns]),
    reshape(inputs.mask, [batch, 1, 1, sequence, columns]),
  );
  const probabilities = reshape(softmax(masked), scores.shape);
  let context: Tensor;
  if (apart === undefined) {
    context = matmul(probabilities, values);
  } else {
    const capacity = apart.keys.shape[2];
    context = add(
      matmul(slice(probabilities, 3, 0, capacity), apart.values),
      matmul(slice(probabilities, 3, capacity, columns), values),
    );
  }
  const merged = transpose(reshape(context, [batch, keyValueHeads, groups, sequence, headSize]), [0, 3, 1, 2, 4]);
  return { context: reshape(merged, [inputs.queries.shape[0], attentionHeads * headSize]), keys, values };
}

function foldedRows(groups: number, sequence: Dimension): Dimension {
  return groups === 1 ? sequence : typeof sequence === 'number' ? groups * sequence : `${groups}*${sequence}`;
}
