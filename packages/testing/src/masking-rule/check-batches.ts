import { createRandom, permutation } from '@profit-sft/core';
import { randomSignals } from '../signals/made-up-signals.js';
import { tokensOf, tokensOfSequences } from '../signals/select-signals.js';
import { decisionOn, expectEqualDecisions } from './compare-decisions.js';
import { decide, newRule, sourcesOf, type RuleSubject } from './rule-subject.js';

const sequences = 6;

/**
 * Scope `token`: the weights of a sequence are the same alone, with others in its micro-batch, and after another
 * micro-batch of the same step. Otherwise they would depend on `microBatchTokens`, which is about memory.
 */
export function checkMicroBatches(subject: RuleSubject): void {
  const sources = sourcesOf(subject, sequences);
  for (const seed of [11, 12, 13]) {
    const whole = randomSignals(seed, sequences);
    const together = decide(subject, newRule(subject), whole, { sources });
    const inTurn = newRule(subject);
    for (const [microBatch, part] of [[0], [1, 2], [3, 4, 5]].entries()) {
      const tokens = tokensOfSequences(whole, new Set(part));
      const signals = tokensOf(whole, tokens);
      const expected = decisionOn(together, tokens);
      const alone = decide(subject, newRule(subject), signals, { sources });
      const after = decide(subject, inTurn, signals, { sources, microBatch });
      for (const [found, how] of [
        [alone, 'in a smaller micro-batch'],
        [after, 'when the step is split into micro-batches'],
      ] as const) {
        expectEqualDecisions(
          `rule "${inTurn.name}"`,
          signals,
          [expected, found],
          (a, b) =>
            `is ${a} when the whole step is one micro-batch and ${b} ${how}. A rule that needs statistics over the batch ` +
            `says scope: 'step'; where it is meant to be so, tell the kit deterministic: false`,
        );
      }
    }
  }
}

/** Weights go with their sequences, whatever order those come in. */
export function checkPermutation(subject: RuleSubject): void {
  const sources = sourcesOf(subject, sequences);
  for (const seed of [21, 22, 23]) {
    const signals = randomSignals(seed, sequences);
    const order = [...permutation(sequences, createRandom(seed, 'testing', 'permutation'))];
    const tokens = order.flatMap((sequence) => tokensOfSequences(signals, new Set([sequence])));
    const reordered = tokensOf(signals, tokens);
    const permuted = { ...reordered, sequence: reordered.sequence.map((sequence) => order.indexOf(sequence)) };
    const rule = newRule(subject);
    const before = decisionOn(decide(subject, rule, signals, { sources }), tokens);
    const after = decide(subject, newRule(subject), permuted, { sources: order.map((sequence) => sources[sequence]) });
    expectEqualDecisions(
      `rule "${rule.name}"`,
      permuted,
      [before, after],
      (a, b) =>
        `is ${a}, and ${b} when the same sequences come in another order. Where it is meant to be so, tell the kit deterministic: false`,
    );
  }
}
