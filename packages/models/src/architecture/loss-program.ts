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
import { parameterLayout } from '../checkpoint/parameter-layout.js';
import { decoderLayer, dropoutMasks, layerParameters } from './decoder-layer.js';
import type { DecoderShape } from './decoder-shape.js';
import { finalNorm } from './final-norm.js';

export interface WholeModelShape extends DecoderShape {
  readonly layers: number;
  readonly tieEmbeddings: boolean;
  readonly maxPositions: number;
}

/**
 * A whole model's loss Σ_t weights[t] · (−log p_t) and its gradients as one program in which nothing is split, shared
 * or reused: the oracle that engines are tested against in float64.
 *
 * With `secondTerm` the loss is Σ_t weights[t] · (−log p_t) + coefficients[t] · CE(q_t, p_t), with the further inputs
 * `coefficients` [scored] and `distribution` [scored, vocabularySize], which is q.
 *
 * Inputs: `tokens` [batch·sequence], `positions` likewise where they are learned, `cosine`, `signedSine`, `mask`, `source`, `target` [scored] (ints), `weights` [scored],
 * and every parameter by its Hugging Face name. Outputs: `loss` [1], `logProb` [scored],
 * `logProbs` [scored, vocabularySize], `gradient:NAME` for each parameter, adapters' and frozen ones alike. With dropout it also takes each
 * layer's masks, by the names of `dropoutMasks` after those of the layer.
 */
export function lossProgram(shape: WholeModelShape, { secondTerm = false } = {}): Program {
  const graph = new Graph();
  const layout = parameterLayout(shape);
  const tokens = graph.input('int', ['batch*sequence']);
  const positions = graph.input('int', ['batch*sequence']);
  const cosine = graph.input('float', ['batch', 'sequence', shape.headSize]);
  const signedSine = graph.input('float', ['batch', 'sequence', shape.headSize]);
  const mask = graph.input('float', ['batch', 'sequence', 'sequence']);
  const source = graph.input('int', ['scored']);
  const target = graph.input('int', ['scored']);
  const weights = graph.input('float', ['scored']);

  const parameters: Record<string, Tensor> = {};
  const masks: Record<string, Tensor> = {};
  const embedding = graph.input('float', [shape.vocabularySize, shape.hiddenSize]);
  parameters[`${layout.embedding}.weight`] = embedding;
  let hidden = gatherRows(embedding, tokens);
  if (shape.positions === 'learned') {
    const table = graph.input('float', [shape.maxPositions, shape.hiddenSize]);
    parameters[`${layout.positions}.weight`] = table;
    hidden = add(hidden, gatherRows(table, positions));
  }
  for (let index = 0; index < shape.layers; index++) {
    const own = layerParameters(graph, shape);
    for (const [name, tensor] of Object.entries(own)) parameters[`${layout.layers}${index}.${name}`] = tensor;
    const ownMasks = dropoutMasks(graph, shape, 'batch*sequence');
    for (const [name, tensor] of Object.entries(ownMasks)) masks[`${layout.layers}${index}.${name}`] = tensor;
    hidden = decoderLayer(shape, { hidden, cosine, signedSine, mask, masks: ownMasks }, own).output;
  }
  const norm = finalNorm(graph, shape, gatherRows(hidden, source));
  parameters[`${layout.finalNorm}.weight`] = norm.parameters.norm;
  if (norm.parameters.normBias !== undefined) parameters[`${layout.finalNorm}.bias`] = norm.parameters.normBias;
  let head = embedding;
  if (!shape.tieEmbeddings) {
    head = graph.input('float', [shape.vocabularySize, shape.hiddenSize]);
    parameters[`${layout.head}.weight`] = head;
  }
  const logProbs = logSoftmax(matmul(norm.normed, head, { transposeB: true }));
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
    {
      tokens,
      positions,
      cosine,
      signedSine,
      mask,
      source,
      target,
      weights,
      coefficients,
      distribution,
      ...parameters,
      ...masks,
    },
    { loss, logProb, logProbs, ...Object.fromEntries(names.map((name, i) => [`gradient:${name}`, gradients[i]])) },
  );
}
