import { defineMaskingRule, InvalidConfigError, ruleOption, schema, type MaskingRule } from '@profit-sft/core';
import { innerNormaliserOption } from '../normaliser-option.js';
import { alternatingDistributionTerm, combined, preparing, type InnerRule } from './inner-rules.js';

interface Stage {
  readonly until?: number | undefined;
  readonly rule: MaskingRule;
}

/** 0.29 · 100 is 28.999999999999996, and step 29 belongs to the first 29 %. */
const rounding = 1e-9;

function refuseStages(path: string, message: string): never {
  throw new InvalidConfigError('masking rule "schedule"', [{ path, message }]);
}

function checkStages(stages: readonly Stage[]): void {
  stages.forEach(({ until }, index) => {
    const path = `stages.${index}.until`;
    if (index === stages.length - 1) {
      if (until !== undefined) refuseStages(path, 'the last stage lasts to the end of the run: leave it out');
      return;
    }
    if (until === undefined) refuseStages(path, 'is required: every stage but the last has an end');
    if (until >= 1 && !Number.isInteger(until)) {
      refuseStages(path, `expected a step, i.e. an integer ≥ 1, or a fraction of the run in (0, 1), got ${until}`);
    }
    const before = stages[index - 1]?.until;
    // A step and a fraction cannot be compared without knowing the length of the run.
    if (before !== undefined && before < 1 === until < 1 && before >= until) {
      refuseStages(path, `has to be after the end of the stage before it, ${before}, got ${until}`);
    }
  });
}

/**
 * One rule after another over the run; ours. InfoSFT (arXiv 2605.14967) advises an epoch of `sft` first where the format is
 * new to the model.
 *
 * A stage lasts through its step `until`: an integer is a step of the run, a number below 1 a fraction of its steps. The rule of
 * the first stage that has not ended is used. Inner rules see the step of the whole run. What ranks over the training set is
 * prepared before the first step, whenever its stage begins. Second loss terms count in their own stage and have to be
 * towards the same distribution. The normaliser is the one that the rules share; where they differ, `schedule` needs one
 * of its own.
 */
export const schedule = defineMaskingRule({
  name: 'schedule',
  description: 'one rule after another over the run',
  source: 'ours; sft before a masking rule: advice of arXiv 2605.14967 (InfoSFT)',
  options: schema.object({
    stages: schema.array(
      schema.object({
        until: schema.optional(
          schema.number({
            minimum: 0,
            exclusive: 'minimum',
            description:
              'last step of the stage: an integer, or below 1 a fraction of the run; the last stage has none',
          }),
        ),
        rule: ruleOption({ description: 'the rule of the stage' }),
      }),
      { minimumLength: 1, description: 'stages in order: { until, rule }' },
    ),
    normaliser: innerNormaliserOption(),
  }),
  binary: false,
  create({ stages, normaliser }) {
    checkStages(stages);
    const inner = stages.map(({ rule }, index): InnerRule => ({ path: `stages.${index}.rule`, rule }));
    const ruleAt = ({ step, totalSteps }: { readonly step: number; readonly totalSteps: number }): MaskingRule => {
      const lasts = ({ until }: Stage): boolean =>
        until === undefined || step <= (until < 1 ? until * totalSteps + rounding : until);
      return (stages.find(lasts) ?? stages[stages.length - 1]).rule;
    };
    return {
      ...combined('schedule', inner, normaliser),
      distributionTerm: alternatingDistributionTerm(
        'schedule',
        inner,
        (signals, context) =>
          ruleAt(context).distributionTerm?.coefficients(signals, context) ?? new Float32Array(signals.length),
      ),
      prepare: preparing(inner),
      weigh: (signals, context) => ruleAt(context).weigh(signals, context),
    };
  },
});
