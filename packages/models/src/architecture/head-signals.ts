import {
  constant,
  exp,
  greater,
  logSoftmax,
  matmul,
  multiply,
  negate,
  reduceSum,
  reshape,
  softmax,
  topValues,
  where,
  add,
  type Tensor,
} from '@profit-sft/graph';

/** Signals that the head's program computes; the names are those of core's token signals. */
export type HeadSignal = 'entropy' | 'topEntropy' | 'rank' | 'maxProb' | 'sumSquaredProb' | 'mass';

/** A distribution q over the vocabulary that is constant to the gradient; see core's `DistributionTerm`. */
export interface HeadDistribution {
  readonly towards: 'reference' | 'tempered';
  readonly temperature?: number | undefined;
}

/** q as [rows, vocabulary], from the model's own log-probabilities or the reference model's. */
export function towardsDistribution(
  logProbs: Tensor,
  { towards, temperature = 1 }: HeadDistribution,
  referenceLogProbs: Tensor,
): Tensor {
  if (towards === 'reference') return exp(referenceLogProbs);
  // Log-probabilities and logits differ by a constant, which softmax does not see.
  return softmax(multiply(logProbs, constant(logProbs.graph, 1 / temperature)));
}

/** Σ_v a_v b_v of each row. A batch of vector products passes over memory once, where a product and a sum pass three times. */
function dot(a: Tensor, b: Tensor): Tensor {
  const [rows, width] = a.shape;
  return reshape(matmul(reshape(a, [rows, 1, width]), reshape(b, [rows, width, 1])), [rows]);
}

/** Each signal [rows] from log-probabilities [rows, vocabulary] and those of the targets [rows]. */
export function headSignals(
  logProbs: Tensor,
  logProb: Tensor,
  request: {
    readonly signals: readonly HeadSignal[];
    readonly topK: number;
    readonly distribution?: HeadDistribution | undefined;
    readonly referenceLogProbs: Tensor;
  },
): Record<string, Tensor> {
  const { graph } = logProbs;
  const [rows, width] = logProbs.shape;
  const zero = constant(graph, 0);
  const perRow = (x: Tensor): Tensor => reshape(x, [rows]);
  const moreProbable = (): Tensor => greater(logProbs, reshape(logProb, [rows, 1]));
  const compute: Record<HeadSignal, () => Tensor> = {
    entropy: () => negate(dot(exp(logProbs), logProbs)),
    sumSquaredProb: () => dot(exp(logProbs), exp(logProbs)),
    maxProb: () => exp(perRow(topValues(logProbs, 1))),
    topEntropy: () => {
      const top = logSoftmax(topValues(logProbs, Math.min(request.topK, width as number)));
      return negate(perRow(reduceSum(multiply(exp(top), top), [1])));
    },
    rank: () => {
      const one = constant(graph, 1);
      return add(perRow(reduceSum(where(moreProbable(), one, zero), [1])), one);
    },
    mass: () => perRow(reduceSum(where(moreProbable(), zero, exp(logProbs)), [1])),
  };
  const outputs: Record<string, Tensor> = {};
  for (const name of request.signals) outputs[name] = compute[name]();
  if (request.distribution !== undefined) {
    const q = towardsDistribution(logProbs, request.distribution, request.referenceLogProbs);
    outputs.crossEntropy = negate(dot(q, logProbs));
  }
  return outputs;
}
