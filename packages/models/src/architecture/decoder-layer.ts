import { add, gatherRows, multiply, sigmoid, type Graph, type Tensor } from '@profit-sft/graph';
import { attention, type AttentionResult, type KeyValueCache } from './attention.js';
import { layerParameterShapes, type DecoderShape } from './decoder-shape.js';
import { linear } from './linear.js';
import { rmsNorm } from './rms-norm.js';

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

/** The parameters of one layer as graph inputs. */
export function layerParameters(graph: Graph, shape: DecoderShape): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(layerParameterShapes(shape)).map(([name, size]) => [name, graph.input('float', size)]),
  );
}

/**
 * A pre-norm decoder layer of the Llama family (arXiv 2302.13971), which Qwen2 (biases on q, k, v) and Qwen3 (norms on
 * queries and keys) vary: h + Attention(norm(h)), then + down(silu(gate) · up).
 */
export function decoderLayer(
  shape: DecoderShape,
  inputs: DecoderLayerInputs,
  parameters: Readonly<Record<string, Tensor>>,
): DecoderLayer {
  const project = (x: Tensor, name: string): Tensor =>
    linear(x, parameters[`${name}.weight`], parameters[`${name}.bias`]);

  const normed = rmsNorm(inputs.hidden, parameters['input_layernorm.weight'], shape.normEpsilon);
  const queries = project(normed, 'self_attn.q_proj');
  const keys = project(normed, 'self_attn.k_proj');
  const values = project(normed, 'self_attn.v_proj');
  const attended = attention(shape, {
    queries,
    keys,
    values,
    queryNorm: parameters['self_attn.q_norm.weight'],
    keyNorm: parameters['self_attn.k_norm.weight'],
    cosine: inputs.cosine,
    signedSine: inputs.signedSine,
    mask: inputs.mask,
    ...(inputs.cache === undefined ? {} : { cache: inputs.cache }),
  });
  const { rows } = inputs;
  const choose = (x: Tensor): Tensor => (rows === undefined ? x : gatherRows(x, rows));
  const afterAttention = add(choose(inputs.hidden), project(choose(attended.context), 'self_attn.o_proj'));

  const normedAgain = rmsNorm(afterAttention, parameters['post_attention_layernorm.weight'], shape.normEpsilon);
  const gate = project(normedAgain, 'mlp.gate_proj');
  const up = project(normedAgain, 'mlp.up_proj');
  const activated = multiply(multiply(gate, sigmoid(gate)), up);
  const output = add(afterAttention, project(activated, 'mlp.down_proj'));
  return {
    output,
    parameters,
    attention: attended,
    products: {
      queries,
      keys,
      values,
      context: attended.context,
      // Those of chosen rows are not worth keeping: a backward pass may choose fewer.
      ...(rows === undefined ? { afterAttention, gate, up } : {}),
    },
  };
}
