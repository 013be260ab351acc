import { ConformanceError } from '../problem.js';
import { centralDifferences, softmaxModel, type SoftmaxModel } from '../softmax-model/softmax-model.js';
import { decide, newRule, type Decision, type RuleSubject } from './rule-subject.js';

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
}

export interface GradientComparison {
  /** Σ w (p − e_y) / N, and Σ c (p − q) / N for a second term: what an engine adds to the gradient. */
  readonly analytic: Float64Array;
  /** Central differences of the loss with weights, coefficients and q as they were before anything moved. */
  readonly frozen: Float64Array;
  /** Central differences of the loss with weights and coefficients asked anew for every moved logit. */
  readonly through: Float64Array;
}

/**
 * The gradients of a rule's loss on the softmax model. `frozen` has to equal `analytic`. `through` is what training would
 * follow if gradients flowed through the weights; it differs wherever the weights depend on the model smoothly.
 */
export function compareGradients(subject: RuleSubject, model: SoftmaxModel = softmaxModel()): GradientComparison {
  const rule = newRule(subject);
  const { distributionTerm: term, topK } = rule;
  const settings = { topK, distribution: term };
  const oneHot = model.distributions('one-hot');
  const q = term === undefined ? [] : model.distributions(term.towards, term.temperature);
  const termsOf = ({ weights, coefficients }: Decision) => [
    { factors: weights, targets: oneHot },
    ...(coefficients === undefined ? [] : [{ factors: coefficients, targets: q }]),
  ];
  const base = decide(subject, rule, model.signals(settings));
  const copy = { weights: base.weights.slice(), coefficients: base.coefficients?.slice() };
  const analytic = model.gradient(termsOf(copy));
  // The rule is asked again, as it is for the next micro-batch, while the trainer still holds its first answer.
  const through = centralDifferences(model, (moved) =>
    moved.loss(termsOf(decide(subject, rule, moved.signals(settings)))),
  );
  for (const what of ['weights', 'coefficients'] as const) {
    if (base[what]?.every((value, token) => Object.is(value, copy[what]?.[token])) === false) {
      throw new ConformanceError(
        `rule "${rule.name}"`,
        `the ${what} it returned change when it is asked again; return a new Float32Array each time`,
      );
    }
  }
  const frozen = centralDifferences(model, (moved) => moved.loss(termsOf(base)));
  return { analytic, frozen, through };
}

/** Confirms by finite differences that the loss of the rule's weights, held constant, has the gradient that engines take. */
export function checkDetachment(subject: RuleSubject): void {
  for (const seed of [0, 1]) {
    const { analytic, frozen } = compareGradients(subject, softmaxModel({ seed }));
    const scale = analytic.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const difference = largestDifference(analytic, frozen);
    if (difference > 1e-6 * scale) {
      throw new ConformanceError(
        `rule "${subject.plugin.pluginName}"`,
        `its loss with constant weights has a gradient that differs from Σ w (p − e_y) by ${difference}`,
      );
    }
  }
}
