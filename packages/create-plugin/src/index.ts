export { createRulePackage, type NewRulePackage, type WrittenPackage } from './create-rule-package.js';
export { nextSteps } from './next-steps.js';
export { runCreatePlugin } from './run-create-plugin.js';
export type { RuleNames } from './rule-names.js';
