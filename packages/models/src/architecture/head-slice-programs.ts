import { add, differentiate, exp, Graph, matmul, subtract, type Program, type Tensor } from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { rmsNorm } from './rms-norm.js';

/**
 * The backward pass of the final norm and output head in slices of the vocabulary: a slice of the head's weights is read once and
 * its gradient written once, however many tokens there are, and no more than [rows, slice] of the logits exists. The
 * gradient of Σ w·(−log p) by the logits is w·(p − e_y), and p of a slice needs no other slice once the forward pass has
 * found each row's log Σ exp.
 *
 * Rows are tokens; `hidden` [rows, hiddenSize] are their last-layer states, `norm` [hiddenSize] is the final norm's parameter.
 */
export interface HeadSlicePrograms {
  /** hidden, norm → `normed` [rows, hiddenSize] */
  readonly normed: Program;
  /**
   * Of a slice of the vocabulary: normed, `weighted` = w·normed, `weight` [slice, hiddenSize], `gradient:weight` of its shape, `pulled`
   * [rows, hiddenSize] of the slices before, and `logNormaliser` [rows, 1] → `newPulled` = pulled + p·weight,
   * `newGradient:weight`. The one-hot part of the gradient is not in them: the caller subtracts it, a row for each token.
   */
  readonly slice: Program;
  /** The same with `logProbs` [rows, slice], kept by the forward pass, in place of normed and `logNormaliser`. */
  readonly keptSlice: Program;
  /** hidden, norm, `gradient:norm`, and the gradient `pull` of normed → `hiddenGradient` [rows, hiddenSize], `newGradient:norm` */
  readonly hiddenGradient: Program;
}

export function headSlicePrograms({ hiddenSize, normEpsilon }: DecoderShape): HeadSlicePrograms {
  const graph = new Graph();
  const rowsOfHidden = (): Tensor => graph.input('float', ['rows', hiddenSize]);
  const hidden = rowsOfHidden();
  const norm = graph.input('float', [hiddenSize]);
  const normSum = graph.input('float', [hiddenSize]);
  const pull = rowsOfHidden();
  const normOutput = rmsNorm(hidden, norm, normEpsilon);

  const normed = rowsOfHidden();
  const weighted = rowsOfHidden();
  const pulled = rowsOfHidden();
  const weight = graph.input('float', ['slice', hiddenSize]);
  const weightSum = graph.input('float', ['slice', hiddenSize]);
  const logNormaliser = graph.input('float', ['rows', 1]);
  const keptLogProbs = graph.input('float', ['rows', 'slice']);

  const slice = (name: string, logProbs: Tensor, inputs: Record<string, Tensor>): Program => {
    const probabilities = exp(logProbs);
    return graph.program(
      name,
      { ...inputs, weighted, weight, pulled, 'gradient:weight': weightSum },
      {
        newPulled: add(matmul(probabilities, weight), pulled),
        'newGradient:weight': add(matmul(probabilities, weighted, { transposeA: true }), weightSum),
      },
    );
  };
  const [hiddenGradient, normGradient] = differentiate([[normOutput, pull]], [hidden, norm]);
  return {
    normed: graph.program('head norm', { hidden, norm }, { normed: normOutput }),
    slice: slice('head slice', subtract(matmul(normed, weight, { transposeB: true }), logNormaliser), {
      normed,
      logNormaliser,
    }),
    keptSlice: slice('head slice, kept', keptLogProbs, { logProbs: keptLogProbs }),
    hiddenGradient: graph.program(
      'head norm gradient',
      { hidden, norm, pull, 'gradient:norm': normSum },
      { hiddenGradient, 'newGradient:norm': add(normGradient, normSum) },
    ),
  };
}
