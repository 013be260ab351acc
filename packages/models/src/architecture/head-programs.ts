import {
  add,
  differentiate,
  exp,
  gatherColumns,
  gatherRows,
  Graph,
  logSoftmax,
  matmul,
  multiply,
  subtract,
  type Program,
} from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { rmsNorm } from './rms-norm.js';

/**
 * The programs of the final norm and output head, over chunks of rows so that the full logits never exist.
 * `hidden` [rows, hiddenSize] are last-layer states of the tokens before the targets, `norm` [hiddenSize] and
 * `weight` [vocabularySize, hiddenSize] (the embedding, where tied) are parameters, `target` [rows] ids.
 */
export interface HeadPrograms {
  /** hidden, norm, weight, target → `logProb` [rows], `logProbs` [rows, vocabularySize] */
  readonly signals: Program;
  /** hidden, norm, weight → `logits` [rows, vocabularySize] */
  readonly logits: Program;
  /**
   * Gradient of Σ weights · (−log p) for rows of kept `logProbs` [chunk, vocabularySize] at `row` [rows]:
   * hidden, norm, weight, target, `weights` [rows, 1], row, logProbs, `gradient:norm`, `gradient:weight`
   * → `hiddenGradient`, `newGradient:norm`, `newGradient:weight`, `weighted` [rows, hiddenSize].
   *
   * The logits' gradient is w·(p − e_y). Only the p part, a matrix product, is in `newGradient:weight`; the caller
   * subtracts row i of `weighted` from row target[i], which touches rows instead of a whole vocabulary.
   */
  readonly gradientFromLogProbs: Program;
  /** The same, recomputing the probabilities: no `row`, no `logProbs`. */
  readonly gradient: Program;
}

export function headPrograms(shape: DecoderShape): HeadPrograms {
  const graph = new Graph();
  const { hiddenSize, vocabularySize } = shape;
  const hidden = graph.input('float', ['rows', hiddenSize]);
  const norm = graph.input('float', [hiddenSize]);
  const weight = graph.input('float', [vocabularySize, hiddenSize]);
  const target = graph.input('int', ['rows']);
  const weights = graph.input('float', ['rows', 1]);
  const normSum = graph.input('float', [hiddenSize]);
  const weightSum = graph.input('float', [vocabularySize, hiddenSize]);
  const row = graph.input('int', ['rows']);
  const keptLogProbs = graph.input('float', ['chunk', vocabularySize]);

  const normed = rmsNorm(hidden, norm, shape.normEpsilon);
  const logits = matmul(normed, weight, { transposeB: true });
  const logProbs = logSoftmax(logits);
  const weighted = multiply(normed, weights);

  const gradientProgram = (name: string, fromKept: boolean): Program => {
    const probabilities = exp(fromKept ? gatherRows(keptLogProbs, row) : logProbs);
    const pull = subtract(matmul(probabilities, weight), gatherRows(weight, target));
    const [hiddenGradient, normGradient] = differentiate([[normed, multiply(pull, weights)]], [hidden, norm]);
    const common = { hidden, norm, weight, target, weights, 'gradient:norm': normSum, 'gradient:weight': weightSum };
    return graph.program(name, fromKept ? { ...common, row, logProbs: keptLogProbs } : common, {
      hiddenGradient,
      'newGradient:norm': add(normGradient, normSum),
      'newGradient:weight': add(matmul(probabilities, weighted, { transposeA: true }), weightSum),
      weighted,
    });
  };

  return {
    signals: graph.program(
      'head signals',
      { hidden, norm, weight, target },
      {
        logProb: gatherColumns(logProbs, target),
        logProbs,
      },
    ),
    logits: graph.program('head logits', { hidden, norm, weight }, { logits }),
    gradientFromLogProbs: gradientProgram('head gradient from kept', true),
    gradient: gradientProgram('head gradient', false),
  };
}
