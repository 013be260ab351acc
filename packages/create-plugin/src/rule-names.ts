import { InvalidConfigError } from '@profit-sft/core';

/** What a rule is called in each place that names it. */
export interface RuleNames {
  /** In configurations: `soft-threshold`. */
  readonly rule: string;
  /** In code: `softThreshold`. */
  readonly identifier: string;
  /** On npm: `profit-soft-threshold` or `@acme/profit-soft-threshold`. */
  readonly packageName: string;
}

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** What npm accepts for new packages, see the package `validate-npm-package-name`. */
const packageNamePattern = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const longestPackageName = 214;

/** Words that a constant cannot be called; only lower-case ones can come from a rule's name. */
const reserved = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
);

function refuse(what: string, message: string): never {
  throw new InvalidConfigError('new rule', [{ path: what, message }]);
}

/** @throws InvalidConfigError when npm would not accept the name */
export function checkedPackageName(name: string): string {
  if (name.length <= longestPackageName && packageNamePattern.test(name)) return name;
  return refuse(
    'package',
    `npm accepts no package of the name ${JSON.stringify(name)}: lower-case letters, digits, "-", "." and "_", with or ` +
      `without a scope, e.g. @acme/profit-soft-threshold; at most ${longestPackageName} characters`,
  );
}

/** @throws InvalidConfigError when a scope is no `@name` */
export function checkedScope(scope: string): string {
  if (/^@[a-z0-9][a-z0-9._-]*$/.test(scope)) return scope;
  return refuse('scope', `expected an npm scope such as @acme, got ${JSON.stringify(scope)}`);
}

/**
 * Names of a new rule; the package is called `profit-NAME` unless it is named.
 *
 * @throws InvalidConfigError for a name that is not kebab-case, or a package name that npm would not accept
 */
export function ruleNames(rule: string, packageName?: string): RuleNames {
  if (!kebabCase.test(rule)) {
    const suggestion = rule
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[-0-9]+|-+$/g, '');
    const hint = kebabCase.test(suggestion) ? `. Did you mean "${suggestion}"?` : '';
    return refuse(
      'name',
      `a rule's name is lower-case words with hyphens, such as soft-threshold; got ${JSON.stringify(rule)}${hint}`,
    );
  }
  const camelCase = rule.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return {
    rule,
    identifier: reserved.has(camelCase) ? `${camelCase}Rule` : camelCase,
    packageName: checkedPackageName(packageName ?? `profit-${rule}`),
  };
}
