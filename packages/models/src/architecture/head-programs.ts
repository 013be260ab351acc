import {
  add,
  exp,
  gatherColumns,
  Graph,
  logSoftmax,
  matmul,
  multiply,
  oneHot,
  subtract,
  type Program,
  type Tensor,
} from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { finalNorm } from './final-norm.js';
import { headSignals, towardsDistribution, type HeadDistribution, type HeadSignal } from './head-signals.js';

/** What the head's forward pass computes beside log-probabilities. */
export interface HeadSignalRequest {
  readonly signals: readonly HeadSignal[];
  /** K of `topEntropy`. */
  readonly topK: number;
  /** Where given, `crossEntropy` with this distribution is computed too. */
  readonly distribution?: HeadDistribution | undefined;
  /** Whether the log-probabilities themselves are given out; default true. */
  readonly logProbs?: boolean;
}

export interface HeadGradientRequest {
  /** From log-probabilities kept by the forward pass; else they are computed again. */
  readonly fromLogProbs: boolean;
  /** The distribution of a second term of the loss. */
  readonly distribution?: HeadDistribution | undefined;
}

/**
 * The programs of the final norm and output head, over chunks of rows so that the full logits never exist.
 * `hidden` [rows, hiddenSize] are last-layer states of the tokens before the targets, `norm` [hiddenSize] (layer norm: and
 * `normBias`, wherever `norm` is named) and `weight` [vocabularySize, hiddenSize] (the embedding, where tied) are parameters, `target` [rows] ids. With a
 * distribution towards `reference` they also take `referenceLogProbs` [rows, vocabularySize].
 */
export interface HeadPrograms {
  /** hidden, norm, weight, target → `logProb` [rows], [rows] of each signal asked for, and `logProbs` [rows, vocabularySize]. */
  signals(request: HeadSignalRequest): Program;
  /** hidden, norm, weight → `logits` [rows, vocabularySize] */
  logits(): Program;
  /**
   * Gradient of Σ weights · (−log p), and of Σ coefficients · CE(q, p) with a distribution:
   * hidden, norm, weight, target, `weights` [rows, 1], `coefficients` [rows, 1], `gradient:norm`, `gradient:weight`;
   * from log-probabilities also `logProbs` [rows, vocabularySize]
   * → `hiddenGradient`, `newGradient:norm`, `newGradient:weight`; of a frozen head only `hiddenGradient`, and no sums are taken.
   *
   * The logits' gradient is w·(p − e_y) + c·(p − q). For one term alone, `headSlicePrograms` do less work where the host can reach
   * the gradients.
   */
  gradient(request: HeadGradientRequest): Program;
}

export function headPrograms(shape: DecoderShape): HeadPrograms {
  const graph = new Graph();
  const { hiddenSize, vocabularySize } = shape;
  const hidden = graph.input('float', ['rows', hiddenSize]);
  const weight = graph.input('float', [vocabularySize, hiddenSize]);
  const target = graph.input('int', ['rows']);
  const weights = graph.input('float', ['rows', 1]);
  const coefficients = graph.input('float', ['rows', 1]);
  const weightSum = graph.input('float', [vocabularySize, hiddenSize]);
  const keptLogProbs = graph.input('float', ['rows', vocabularySize]);
  const referenceLogProbs = graph.input('float', ['rows', vocabularySize]);

  const norm = finalNorm(graph, shape, hidden);
  const { normed } = norm;
  const logits = matmul(normed, weight, { transposeB: true });
  const logProbs = logSoftmax(logits);

  return {
    signals({ signals, topK, distribution, logProbs: given = true }) {
      const logProb = gatherColumns(logProbs, target);
      const outputs = headSignals(logProbs, logProb, { signals, topK, distribution, referenceLogProbs });
      const inputs = { hidden, ...norm.parameters, weight, target, referenceLogProbs };
      return graph.program('head signals', inputs, { logProb, ...outputs, ...(given ? { logProbs } : {}) });
    },
    logits: () => graph.program('head logits', { hidden, ...norm.parameters, weight }, { logits }),
    gradient({ fromLogProbs, distribution }) {
      const used = fromLogProbs ? keptLogProbs : logProbs;
      const probabilities = exp(used);
      const ownTerm = multiply(subtract(probabilities, oneHot(target, vocabularySize)), weights);
      const secondTerm = (towards: HeadDistribution): Tensor =>
        multiply(subtract(probabilities, towardsDistribution(used, towards, referenceLogProbs)), coefficients);
      const logitsGradient = distribution === undefined ? ownTerm : add(ownTerm, secondTerm(distribution));
      const pull = matmul(logitsGradient, weight);
      const inputs = {
        ...{ hidden, ...norm.parameters, weight, target, weights, ...norm.sums },
        ...(fromLogProbs ? { logProbs: keptLogProbs } : {}),
        ...(distribution === undefined ? {} : { coefficients, referenceLogProbs }),
      };
      const gradients = norm.gradients(pull);
      if (shape.adapters !== undefined) return graph.program('head gradient, frozen', inputs, gradients);
      const weightGradient = matmul(logitsGradient, normed, { transposeA: true });
      return graph.program(
        'head gradient',
        { ...inputs, 'gradient:weight': weightSum },
        { ...gradients, 'newGradient:weight': add(weightGradient, weightSum) },
      );
    },
  };
}
