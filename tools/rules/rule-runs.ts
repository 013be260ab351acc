import { builtinRegistry } from '@profit-sft/cli';
import type { MaskingRule } from '@profit-sft/core';

/** One fine-tune for each rule, and whether its held-out NLL has to fall. */
export interface RuleRun {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Which frozen model it is given, if it needs one. */
  readonly reference: 'initial' | 'tuned';
  /** Why the plain NLL on held-out text may rise although the rule's own objective falls. */
  readonly mayRaiseNll?: string;
}

const trustsItself = 'weights grow with p: what the model finds improbable is hardly learnt and may be forgotten';
const dropsImprobable = 'improbable tokens have weight 0 and may be forgotten';
const keepsWhatImproved =
  'trains on the tokens that have improved most since the initial model and leaves those that got worse';

/** What each rule needs beyond its defaults; every rule of the command has to be here. */
const runs: Readonly<Record<string, Partial<Omit<RuleRun, 'name'>>>> = {
  sft: {},
  profit: { mayRaiseNll: dropsImprobable },
  dft: { mayRaiseNll: trustsItself },
  power: { mayRaiseNll: trustsItself },
  thresholded: { mayRaiseNll: dropsImprobable },
  focal: {},
  infosft: { mayRaiseNll: trustsItself },
  trsft: { mayRaiseNll: trustsItself },
  'chord-phi': { mayRaiseNll: trustsItself },
  luffy: {},
  eaft: {},
  'eaft-pilot': {},
  'entropy-mask': {},
  deft: {},
  ranktuner: { mayRaiseNll: trustsItself },
  asft: { mayRaiseNll: trustsItself },
  gem: {},
  talr: { mayRaiseNll: trustsItself },
  cadft: { mayRaiseNll: trustsItself },
  prift: { mayRaiseNll: trustsItself },
  quantile: { mayRaiseNll: dropsImprobable },
  'rho-1': { reference: 'tuned' },
  'token-cleaning': { reference: 'tuned' },
  sstoken: { mayRaiseNll: keepsWhatImproved },
  psft: {},
  'iw-sft': {},
  'random-matched': {},
  annealed: { mayRaiseNll: dropsImprobable },
  'sequence-quantile': { mayRaiseNll: dropsImprobable },
  'reference-threshold': { mayRaiseNll: dropsImprobable },
  product: { options: { rules: ['profit', 'eaft'] }, mayRaiseNll: dropsImprobable },
  chain: { options: { rules: ['profit', 'dft'] }, mayRaiseNll: dropsImprobable },
  schedule: { options: { stages: [{ until: 0.5, rule: 'sft' }, { rule: 'profit' }] } },
  'by-source': { options: { rules: { long: 'profit' }, otherwise: 'sft' } },
  keep: { options: { rule: 'profit', endOfTurn: true, special: true }, mayRaiseNll: dropsImprobable },
};

/** A run of every rule that the command has. */
export function ruleRuns(): RuleRun[] {
  return builtinRegistry.plugins.masking.map(({ pluginName }) => {
    const name = pluginName as string;
    if (!Object.hasOwn(runs, name))
      throw new Error(`masking rule "${name}" has no run: enter it in tools/rules/rule-runs.ts`);
    return { name, options: {}, reference: 'initial', ...runs[name] };
  });
}

export function ruleOf({ name, options }: RuleRun): MaskingRule {
  return builtinRegistry.masking(name as string, options);
}
