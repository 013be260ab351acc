import type { MaskingRule } from '../contracts/masking-rule.js';
import type { Schema } from '../schema/schema.js';
import { pluginOption, type InstanceOrReference } from './plugin-option.js';

/** A masking rule as an option of another one: the rule itself, or its name, or an object of its name and options. */
export type RuleReference = InstanceOrReference<MaskingRule>;

const rules = pluginOption(
  'masking rule',
  '@profit-sft/rule-resolver',
  (value): value is MaskingRule => typeof (value as Partial<MaskingRule>).weigh === 'function',
);

/** Names of rules within options are looked up by `resolve` while `run` makes a plugin's instance. */
export const resolvingRules = rules.resolving;

/**
 * An option that is a masking rule. In code it is given as the rule itself, `profit({ threshold: 0.2 })`; in a configuration
 * by name, which is looked up in the registry that makes the plugin.
 */
export function ruleOption(options: { readonly description?: string } = {}): Schema<MaskingRule, RuleReference> {
  return rules.option(options);
}
