import { add, exp, Graph, logSoftmax, matmul, slice, subtract, type Program, type Tensor } from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { finalNorm } from './final-norm.js';

/**
 * The final norm and output head in slices of the vocabulary: a slice of the head's weights is read once and its gradient written
 * once, however many tokens there are, and no more than [rows, slice] of the logits exists. log Σ exp of a row is found from
 * those of its slices, and p of a slice needs no other slice once it is known. The gradient of Σ w·(−log p) by the logits is
 * w·(p − e_y).
 *
 * Rows are tokens; `hidden` [rows, hiddenSize] are their last-layer states, `norm` [hiddenSize] is the final norm's parameter
 * (layer norm: and `normBias`, wherever `norm` is named).
 */
export interface HeadSlicePrograms {
  /** hidden, norm → `normed` [rows, hiddenSize] */
  readonly normed: Program;
  /** normed, `weight` [slice, hiddenSize] → `logNormaliser` [rows, 1], log Σ exp of the slice's logits */
  readonly forward: Program;
  /** The same, and `logProbs` [rows, slice], the logits less the slice's own `logNormaliser`. */
  readonly forwardKeeping: Program;
  /**
   * Of a slice of the vocabulary: normed, `weighted` = w·normed, `weight` [slice, hiddenSize], `gradient:weight` of its shape, `pulled`
   * [rows, hiddenSize] of the slices before, and `logNormaliser` [rows, 1] of all slices → `newPulled` = pulled + p·weight,
   * `newGradient:weight`. The one-hot part of the gradient is not in them: the caller subtracts it, a row for each token.
   * Of a frozen head, only `newPulled`, and `weighted` and `gradient:weight` are not taken.
   */
  readonly backward: Program;
  /** Without a sum of gradients before it. */
  readonly backwardFirst: Program;
  /** The same with `logProbs` of the forward pass in place of normed, and `logNormaliser` of all slices less the slice's own. */
  readonly backwardKeeping: Program;
  readonly backwardKeepingFirst: Program;
  /** hidden, norm, `gradient:norm`, and the gradient `pull` of normed → `hiddenGradient` [rows, hiddenSize], `newGradient:norm` */
  readonly hiddenGradient: Program;
}

export function headSlicePrograms(shape: DecoderShape): HeadSlicePrograms {
  const { hiddenSize } = shape;
  const graph = new Graph();
  const rowsOfHidden = (): Tensor => graph.input('float', ['rows', hiddenSize]);
  const hidden = rowsOfHidden();
  const pull = rowsOfHidden();
  const norm = finalNorm(graph, shape, hidden);

  const normed = rowsOfHidden();
  const weighted = rowsOfHidden();
  const pulled = rowsOfHidden();
  const weight = graph.input('float', ['slice', hiddenSize]);
  const weightSum = graph.input('float', ['slice', hiddenSize]);
  const wholeNormaliser = graph.input('float', ['rows', 1]);
  const keptLogProbs = graph.input('float', ['rows', 'slice']);

  const logits = matmul(normed, weight, { transposeB: true });
  const logProbs = logSoftmax(logits);
  const firstColumn = (x: Tensor): Tensor => slice(x, 1, 0, 1);
  // One column says by how much the rest was lowered: runtimes have a fast softmax over rows, and a slow sum.
  const logNormaliser = subtract(firstColumn(logits), firstColumn(logProbs));

  const backward = (name: string, from: Tensor, own: Record<string, Tensor>): [adding: Program, first: Program] => {
    const probabilities = exp(subtract(from, wholeNormaliser));
    const newPulled = add(matmul(probabilities, weight), pulled);
    const forPulled = { ...own, logNormaliser: wholeNormaliser, weight, pulled };
    if (shape.adapters !== undefined) {
      const program = graph.program(`${name}, frozen`, forPulled, { newPulled });
      return [program, program];
    }
    const weightGradient = matmul(probabilities, weighted, { transposeA: true });
    const inputs = { ...forPulled, weighted };
    return [
      graph.program(
        name,
        { ...inputs, 'gradient:weight': weightSum },
        { newPulled, 'newGradient:weight': add(weightGradient, weightSum) },
      ),
      graph.program(`${name}, first`, inputs, { newPulled, 'newGradient:weight': weightGradient }),
    ];
  };
  const [adding, first] = backward('head slice backward', logits, { normed });
  const [addingKept, firstKept] = backward('head slice backward, kept', keptLogProbs, { logProbs: keptLogProbs });
  return {
    normed: graph.program('head norm', { hidden, ...norm.parameters }, { normed: norm.normed }),
    forward: graph.program('head slice', { normed, weight }, { logNormaliser }),
    forwardKeeping: graph.program('head slice, keeping', { normed, weight }, { logNormaliser, logProbs }),
    backward: adding,
    backwardFirst: first,
    backwardKeeping: addingKept,
    backwardKeepingFirst: firstKept,
    hiddenGradient: graph.program(
      'head norm gradient',
      { hidden, ...norm.parameters, pull, ...norm.sums },
      norm.gradients(pull),
    ),
  };
}
