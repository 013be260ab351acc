import {
  add,
  gatherColumns,
  gatherRows,
  gradientOf,
  Graph,
  logSoftmax,
  matmul,
  multiply,
  negate,
  reduceSum,
  reshape,
  type Program,
  type Tensor,
} from '@profit-sft/graph';
import { decoderLayer, layerParameters } from './decoder-layer.js';
import type { DecoderShape } from './decoder-shape.js';
import { rmsNorm } from './rms-norm.js';

export interface WholeModelShape extends DecoderShape {
  readonly layers: number;
  readonly tieEmbeddings: boolean;
}

/**
 * A whole model's loss Σ_t weights[t] · (−log p_t) and its gradients as one program in which nothing is split, shared
 * or reused: the oracle that engines are tested against in float64.
 *
 * With `secondTerm` the loss is Σ_t weights[t] · (−log p_t) + coefficients[t] · CE(q_t, p_t), with the further inputs
 * `coefficients` [scored] and `distribution` [scored, vocabularySize], which is q.
 *
 * Inputs: `tokens` [batch·sequence], `cosine`, `signedSine`, `mask`, `source`, `target` [scored] (ints), `weights` [scored],
 * and every parameter by its Hugging Face name. Outputs: `loss` [1], `logProb` [scored],
 * `logProbs` [scored, vocabularySize], `gradient:NAME` for each parameter.
 */
export function lossProgram(shape: WholeModelShape, { secondTerm = false } = {}): Program {
  const graph = new Graph();
  const tokens = graph.input('int', ['batch*sequence']);
  const cosine = graph.input('float', ['batch', 'sequence', shape.headSize]);
  const signedSine = graph.input('float', ['batch', 'sequence', shape.headSize]);
  const mask = graph.input('float', ['batch', 'sequence', 'sequence']);
  const source = graph.input('int', ['scored']);
  const target = graph.input('int', ['scored']);
  const weights = graph.input('float', ['scored']);

  const parameters: Record<string, Tensor> = {};
  const embedding = graph.input('float', [shape.vocabularySize, shape.hiddenSize]);
  parameters['model.embed_tokens.weight'] = embedding;
  let hidden = gatherRows(embedding, tokens);
  for (let index = 0; index < shape.layers; index++) {
    const own = layerParameters(graph, shape);
    for (const [name, tensor] of Object.entries(own)) parameters[`model.layers.${index}.${name}`] = tensor;
    hidden = decoderLayer(shape, { hidden, cosine, signedSine, mask }, own).output;
  }
  const norm = graph.input('float', [shape.hiddenSize]);
  parameters['model.norm.weight'] = norm;
  let head = embedding;
  if (!shape.tieEmbeddings) {
    head = graph.input('float', [shape.vocabularySize, shape.hiddenSize]);
    parameters['lm_head.weight'] = head;
  }
  const normed = rmsNorm(gatherRows(hidden, source), norm, shape.normEpsilon);
  const logProbs = logSoftmax(matmul(normed, head, { transposeB: true }));
  const logProb = gatherColumns(logProbs, target);
  const coefficients = graph.input('float', ['scored']);
  const distribution = graph.input('float', ['scored', shape.vocabularySize]);
  let perToken = multiply(negate(logProb), weights);
  if (secondTerm) {
    const crossEntropy = negate(reduceSum(multiply(distribution, logProbs), [1]));
    perToken = add(perToken, multiply(reshape(crossEntropy, ['scored']), coefficients));
  }
  const loss = reduceSum(perToken, [0]);

  const names = Object.keys(parameters);
  const gradients = gradientOf(
    loss,
    names.map((name) => parameters[name]),
  );
  return graph.program(
    'whole-model loss',
    { tokens, cosine, signedSine, mask, source, target, weights, coefficients, distribution, ...parameters },
    { loss, logProb, logProbs, ...Object.fromEntries(names.map((name, i) => [`gradient:${name}`, gradients[i]])) },
  );
}
