import { add, multiply, sigmoid, type Tensor } from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { linear } from './linear.js';
import { rmsNorm } from './rms-norm.js';

type Parameters = Readonly<Record<string, Tensor>>;

function project(parameters: Parameters, x: Tensor, name: string): Tensor {
  return linear(x, parameters[`${name}.weight`], parameters[`${name}.bias`]);
}

/** A layer's hidden states [tokens, hiddenSize] → its projections, [tokens, heads·headSize] each, not yet rotated. */
export function projections(
  shape: DecoderShape,
  hidden: Tensor,
  parameters: Parameters,
): Record<'queries' | 'keys' | 'values', Tensor> {
  const given =
    shape.normPlacement === 'before'
      ? rmsNorm(hidden, parameters['input_layernorm.weight'], shape.normEpsilon)
      : hidden;
  return {
    queries: project(parameters, given, 'self_attn.q_proj'),
    keys: project(parameters, given, 'self_attn.k_proj'),
    values: project(parameters, given, 'self_attn.v_proj'),
  };
}

export interface AfterAttention {
  /** [rows, hiddenSize] */
  readonly output: Tensor;
  /** With these kept, a backward pass computes no matrix product of this part again. */
  readonly products: Readonly<Record<string, Tensor>>;
}

/**
 * What follows a layer's attention, each token by itself: the output projection, the residual connection and the
 * feed-forward part. `hidden` [rows, hiddenSize] is the layer's input, `context` [rows, attentionHeads·headSize].
 */
export function afterAttention(
  shape: DecoderShape,
  hidden: Tensor,
  context: Tensor,
  parameters: Parameters,
): AfterAttention {
  const norm = (x: Tensor, name: string): Tensor => rmsNorm(x, parameters[`${name}.weight`], shape.normEpsilon);
  const feedForward = (x: Tensor): Record<'gate' | 'up' | 'down', Tensor> => {
    const gate = project(parameters, x, 'mlp.gate_proj');
    const up = project(parameters, x, 'mlp.up_proj');
    const activated = multiply(multiply(gate, sigmoid(gate)), up);
    return { gate, up, down: project(parameters, activated, 'mlp.down_proj') };
  };
  const attended = project(parameters, context, 'self_attn.o_proj');
  if (shape.normPlacement === 'before') {
    const middle = add(hidden, attended);
    const { gate, up, down } = feedForward(norm(middle, 'post_attention_layernorm'));
    return { output: add(middle, down), products: { afterAttention: middle, gate, up } };
  }
  const middle = add(hidden, norm(attended, 'post_attention_layernorm'));
  const { gate, up, down } = feedForward(middle);
  const output = add(middle, norm(down, 'post_feedforward_layernorm'));
  // The norms' gradients need what the norms were given.
  return { output, products: { attended, gate, up, down } };
}
