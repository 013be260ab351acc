import type { MaskingRule } from '../contracts/masking-rule.js';
import { ProfitError } from '../errors/profit-error.js';
import { custom, type Schema } from '../schema/schema.js';

/** A masking rule as an option of another one: the rule itself, or its name, or an object of its name and options. */
export type RuleReference = MaskingRule | string | { readonly name: string; readonly [option: string]: unknown };

export type ResolveRule = (name: string, options?: unknown) => MaskingRule;

// On the global object, because a plugin may come with a copy of this package of its own.
const slot = Symbol.for('@profit-sft/rule-resolver');
const shared = globalThis as { [slot]?: ResolveRule | undefined };

/** Names of rules within options are looked up by `resolve` while `run` makes a plugin's instance. */
export function resolvingRules<T>(resolve: ResolveRule, run: () => T): T {
  const outer = shared[slot];
  shared[slot] = resolve;
  try {
    return run();
  } finally {
    shared[slot] = outer;
  }
}

function isRule(value: object): value is MaskingRule {
  return typeof (value as Partial<MaskingRule>).weigh === 'function';
}

/**
 * An option that is a masking rule. In code it is given as the rule itself, `profit({ threshold: 0.2 })`; in a configuration
 * by name, which is looked up in the registry that makes the plugin.
 */
export function ruleOption(options: { readonly description?: string } = {}): Schema<MaskingRule, RuleReference> {
  return custom<MaskingRule, RuleReference>(
    'masking rule',
    (value, path, issues) => {
      const refuse = (message: string): MaskingRule => {
        issues.push({ path, message });
        return undefined as unknown as MaskingRule;
      };
      if (typeof value === 'object' && value !== null && isRule(value)) return value;
      const { name, ...rest } = (typeof value === 'string' ? { name: value } : (value ?? {})) as Record<
        string,
        unknown
      >;
      if (typeof name !== 'string') {
        return refuse('expected a masking rule: its name, or an object of its name and options');
      }
      const resolve = shared[slot];
      if (resolve === undefined)
        return refuse(`the name "${name}" means nothing without a registry; give the rule itself`);
      try {
        return resolve(name, rest);
      } catch (error) {
        if (!ProfitError.isInstance(error)) throw error;
        return refuse(error.message);
      }
    },
    options,
  );
}
