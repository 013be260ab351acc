import { add, multiply, sigmoid, slice, type Tensor } from '@profit-sft/graph';
import { adapterNames } from '../adapter/layer-adapters.js';
import { parameterLayout } from '../checkpoint/parameter-layout.js';
import type { DecoderShape } from './decoder-shape.js';
import { gelu } from './gelu.js';
import { linear, type LinearAdapter } from './linear.js';
import { normalise } from './norm.js';

type Named = Readonly<Record<string, Tensor>>;

/** A layer's maps and norms by the names of its parameters; masks of dropout are among these. */
function named(shape: DecoderShape, parameters: Named) {
  const layout = parameterLayout(shape);
  const adapterOf = (name: string): LinearAdapter | undefined => {
    const { adapters } = shape;
    if (adapters?.targets.includes(name) !== true) return undefined;
    const { down, up, mask } = adapterNames(name);
    return { down: parameters[down], up: parameters[up], scale: adapters.scale, mask: parameters[mask] };
  };
  return {
    names: layout.layer,
    map: (x: Tensor, name: string): Tensor =>
      linear(x, parameters[`${name}.weight`], parameters[`${name}.bias`], layout.linear, adapterOf(name)),
    norm: (x: Tensor, name: string): Tensor =>
      normalise(shape, x, parameters[`${name}.weight`], parameters[`${name}.bias`]),
  };
}

/** A layer's hidden states [tokens, hiddenSize] → its projections, [tokens, heads·headSize] each, not yet rotated. */
export function projections(
  shape: DecoderShape,
  hidden: Tensor,
  parameters: Named,
): Record<'queries' | 'keys' | 'values', Tensor> {
  const { names, map, norm } = named(shape, parameters);
  const given = shape.normPlacement === 'before' ? norm(hidden, names.attentionNorm) : hidden;
  if (typeof names.projections !== 'string') {
    const [queries, keys, values] = names.projections.map((name) => map(given, name));
    return { queries, keys, values };
  }
  const all = map(given, names.projections);
  const endOfQueries = shape.attentionHeads * shape.headSize;
  const keyWidth = shape.keyValueHeads * shape.headSize;
  const columns = (start: number, width: number): Tensor => slice(all, 1, start, start + width);
  return {
    queries: columns(0, endOfQueries),
    keys: columns(endOfQueries, keyWidth),
    values: columns(endOfQueries + keyWidth, keyWidth),
  };
}

export interface AfterAttention {
  /** [rows, hiddenSize] */
  readonly output: Tensor;
  /** With these kept, a backward pass computes no matrix product of this part again. */
  readonly products: Named;
}

/**
 * What follows a layer's attention, each token by itself: the output projection, the residual connection and the
 * feed-forward part. `hidden` [rows, hiddenSize] is the layer's input, `context` [rows, attentionHeads·headSize].
 */
export function afterAttention(
  shape: DecoderShape,
  hidden: Tensor,
  context: Tensor,
  parameters: Named,
): AfterAttention {
  const { names, map, norm } = named(shape, parameters);
  const feedForward = (x: Tensor): { down: Tensor; inner: Named } => {
    const up = map(x, names.up);
    if (shape.feedForward === 'plain') return { down: map(gelu(up), names.down), inner: { up } };
    const gate = map(x, names.gate);
    return { down: map(multiply(multiply(gate, sigmoid(gate)), up), names.down), inner: { gate, up } };
  };
  const attended = map(context, names.attentionOutput);
  if (shape.normPlacement === 'before') {
    const middle = add(hidden, attended);
    const { down, inner } = feedForward(norm(middle, names.feedForwardNorm));
    return { output: add(middle, down), products: { afterAttention: middle, ...inner } };
  }
  const middle = add(hidden, norm(attended, names.attentionNorm));
  const { down, inner } = feedForward(middle);
  const output = add(middle, norm(down, names.feedForwardNorm));
  // The norms' gradients need what the norms were given.
  return { output, products: { attended, ...inner, down } };
}
