import { type Evaluator, type Row } from '@profit-sft/core';
import { describe, test } from 'vitest';
import {
  checkProgress,
  checkRepeatableEvaluation,
  checkResult,
  type EvaluatorSubject,
  type ExpectedEvaluation,
} from '../evaluator/check-evaluator.js';

/** What to measure on, and what has to come out. */
export interface EvaluatorCase<Options> extends ExpectedEvaluation {
  readonly name?: string;
  readonly options?: Options;
  /** Rows with `prompt` or `text`; default: three sums. */
  readonly rows?: readonly Row[];
}

export interface EvaluatorSuite<Options> {
  /** Default: the plugin's name. */
  readonly name?: string;
  /** Options of the cases that name none. */
  readonly options?: Options;
  /** Default: one case with the default rows. */
  readonly cases?: readonly EvaluatorCase<Options>[];
}

/**
 * Registers a vitest suite that holds an evaluator to its contract on a bigram model over characters: finite metrics with
 * the headline first, one record of plain JSON per item, equal results for equal seeds, and progress that ends at its total.
 */
export function describeEvaluator<Options>(
  plugin: ((options?: Options) => Evaluator) & { readonly pluginName: string },
  suite: EvaluatorSuite<NoInfer<Options>> = {},
): void {
  const { name = plugin.pluginName, cases = [{}] } = suite;
  describe(name, () => {
    describe.each(cases.map((one, index) => ({ one, title: one.name ?? `case ${index + 1}` })))('$title', ({ one }) => {
      const subject: EvaluatorSubject = { plugin, options: one.options ?? suite.options, rows: one.rows };
      test('metrics are finite and items are records', () => checkResult(subject, one));
      test('equal seeds give equal results', () => checkRepeatableEvaluation(subject));
      test('progress ends at its total', () => checkProgress(subject));
    });
  });
}
