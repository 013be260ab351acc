import {
  InvalidConfigError,
  modelSignalNames,
  type MaskingRule,
  type ModelDescription,
  type ModelSignalName,
  type SignalName,
} from '@profit-sft/core';

const ofModels: ReadonlySet<string> = new Set(modelSignalNames);

/** The signals of a rule that the trained model itself computes. */
export function modelNeeds(rule: Pick<MaskingRule, 'needs'>): ModelSignalName[] {
  return rule.needs.filter((name): name is ModelSignalName => ofModels.has(name) && name !== 'logProb');
}

/** The signals of a rule that the reference model computes, by their names there. */
export function referenceNeeds(rule: Pick<MaskingRule, 'needs'>): ModelSignalName[] {
  return [
    ...(rule.needs.includes('referenceLogProb') ? (['logProb'] as const) : []),
    ...(rule.needs.includes('referenceMass') ? (['mass'] as const) : []),
  ];
}

export function needsReference(rule: Pick<MaskingRule, 'needs' | 'distributionTerm'>): boolean {
  return referenceNeeds(rule).length > 0 || rule.distributionTerm?.towards === 'reference';
}

/**
 * Refuses a rule before the first step when something that it needs cannot be had in this run.
 * @throws InvalidConfigError naming the rule and the signal
 */
export function assertSupplied(
  rule: MaskingRule,
  model: ModelDescription,
  hasReference: boolean,
  referenceSetting = 'reference.model',
): void {
  const refuse = (message: string): never => {
    throw new InvalidConfigError(`masking rule "${rule.name}"`, [{ path: '', message }]);
  };
  const computed: ReadonlySet<SignalName> = new Set(model.signals);
  const missing = modelNeeds(rule).filter((name) => !computed.has(name));
  if (missing.length > 0) {
    refuse(`needs the signal ${missing.join(', ')}, which the runtime "${model.runtime}" does not compute`);
  }
  const term = rule.distributionTerm;
  if (term !== undefined && !model.distributionTerms.includes(term.towards)) {
    refuse(`has a second loss term towards "${term.towards}", which the runtime "${model.runtime}" does not compute`);
  }
  if (needsReference(rule) && !hasReference) {
    const what =
      term?.towards === 'reference'
        ? 'the distributions'
        : rule.needs.filter((name) => name.startsWith('reference')).join(', ');
    refuse(`needs ${what} of a frozen reference model. Name one with ${referenceSetting}`);
  }
}
