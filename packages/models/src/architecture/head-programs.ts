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
  oneHot,
  subtract,
  type Program,
  type Tensor,
} from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { headSignals, towardsDistribution, type HeadDistribution, type HeadSignal } from './head-signals.js';
import { rmsNorm } from './rms-norm.js';

/** What the head's forward pass computes beside log-probabilities. */
export interface HeadSignalRequest {
  readonly signals: readonly HeadSignal[];
  /** K of `topEntropy`. */
  readonly topK: number;
  /** Where given, `crossEntropy` with this distribution is computed too. */
  readonly distribution?: HeadDistribution | undefined;
}

export interface HeadGradientRequest {
  /** From log-probabilities kept by the forward pass; else they are computed again. */
  readonly fromLogProbs: boolean;
  /** The distribution of a second term of the loss. */
  readonly distribution?: HeadDistribution | undefined;
  /** The one-hot part is computed too: for an engine whose gradients the host cannot reach. There is no `weighted`. */
  readonly complete?: boolean;
}

/**
 * The programs of the final norm and output head, over chunks of rows so that the full logits never exist.
 * `hidden` [rows, hiddenSize] are last-layer states of the tokens before the targets, `norm` [hiddenSize] and
 * `weight` [vocabularySize, hiddenSize] (the embedding, where tied) are parameters, `target` [rows] ids. With a
 * distribution towards `reference` they also take `referenceLogProbs` [rows, vocabularySize].
 */
export interface HeadPrograms {
  /** hidden, norm, weight, target → `logProb` [rows], `logProbs` [rows, vocabularySize], and [rows] of each signal asked for. */
  signals(request: HeadSignalRequest): Program;
  /** hidden, norm, weight → `logits` [rows, vocabularySize] */
  logits(): Program;
  /**
   * Gradient of Σ weights · (−log p), and of Σ coefficients · CE(q, p) with a distribution:
   * hidden, norm, weight, target, `weights` [rows, 1], `coefficients` [rows, 1], `gradient:norm`, `gradient:weight`;
   * from log-probabilities also `logProbs` [rows, vocabularySize]
   * → `hiddenGradient`, `newGradient:norm`, `newGradient:weight`, `weighted` [rows, hiddenSize].
   *
   * The logits' gradient is w·(p − e_y) + c·(p − q). Unless `complete`, the one-hot part is not in `newGradient:weight`; the caller subtracts
   * row i of `weighted` from row target[i], which touches rows instead of a whole vocabulary.
   */
  gradient(request: HeadGradientRequest): Program;
}

export function headPrograms(shape: DecoderShape): HeadPrograms {
  const graph = new Graph();
  const { hiddenSize, vocabularySize } = shape;
  const hidden = graph.input('float', ['rows', hiddenSize]);
  const norm = graph.input('float', [hiddenSize]);
  const weight = graph.input('float', [vocabularySize, hiddenSize]);
  const target = graph.input('int', ['rows']);
  const weights = graph.input('float', ['rows', 1]);
  const coefficients = graph.input('float', ['rows', 1]);
  const normSum = graph.input('float', [hiddenSize]);
  const weightSum = graph.input('float', [vocabularySize, hiddenSize]);
  const keptLogProbs = graph.input('float', ['rows', vocabularySize]);
  const referenceLogProbs = graph.input('float', ['rows', vocabularySize]);

  const normed = rmsNorm(hidden, norm, shape.normEpsilon);
  const logits = matmul(normed, weight, { transposeB: true });
  const logProbs = logSoftmax(logits);
  const weighted = multiply(normed, weights);

  return {
    signals({ signals, topK, distribution }) {
      const logProb = gatherColumns(logProbs, target);
      const outputs = headSignals(logProbs, logProb, { signals, topK, distribution, referenceLogProbs });
      const inputs = { hidden, norm, weight, target, referenceLogProbs };
      return graph.program('head signals', inputs, { logProb, logProbs, ...outputs });
    },
    logits: () => graph.program('head logits', { hidden, norm, weight }, { logits }),
    gradient({ fromLogProbs, distribution, complete = false }) {
      const used = fromLogProbs ? keptLogProbs : logProbs;
      const probabilities = exp(used);
      const targetRows = gatherRows(weight, target);
      let pull: Tensor;
      let weightGradient: Tensor;
      if (complete) {
        const ownPart = multiply(subtract(probabilities, oneHot(target, vocabularySize)), weights);
        const mixed =
          distribution === undefined
            ? ownPart
            : add(
                ownPart,
                multiply(
                  subtract(probabilities, towardsDistribution(used, distribution, referenceLogProbs)),
                  coefficients,
                ),
              );
        pull = matmul(mixed, weight);
        weightGradient = matmul(mixed, normed, { transposeA: true });
      } else if (distribution === undefined) {
        // The weights multiply hidden rows, which are narrow, instead of probabilities.
        pull = multiply(subtract(matmul(probabilities, weight), targetRows), weights);
        weightGradient = matmul(probabilities, weighted, { transposeA: true });
      } else {
        const q = towardsDistribution(used, distribution, referenceLogProbs);
        const mixed = subtract(multiply(probabilities, add(weights, coefficients)), multiply(q, coefficients));
        pull = subtract(matmul(mixed, weight), multiply(targetRows, weights));
        weightGradient = matmul(mixed, normed, { transposeA: true });
      }
      const [hiddenGradient, normGradient] = differentiate([[normed, pull]], [hidden, norm]);
      const inputs = {
        ...{ hidden, norm, weight, target, weights, 'gradient:norm': normSum, 'gradient:weight': weightSum },
        ...(fromLogProbs ? { logProbs: keptLogProbs } : {}),
        ...(distribution === undefined ? {} : { coefficients, referenceLogProbs }),
      };
      return graph.program('head gradient', inputs, {
        hiddenGradient,
        'newGradient:norm': add(normGradient, normSum),
        'newGradient:weight': add(weightGradient, weightSum),
        ...(complete ? {} : { weighted }),
      });
    },
  };
}
