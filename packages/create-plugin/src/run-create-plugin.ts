import { parseArgs } from 'node:util';
import { exitCodes, InvalidConfigError, ProfitError } from '@profit-sft/core';
import { createRulePackage } from './create-rule-package.js';
import { nextSteps } from './next-steps.js';
import { checkedScope } from './rule-names.js';

const usage = `npm create @profit-sft/plugin rule NAME -- [--directory DIR] [--scope @acme] [--package NAME]

Writes the package of a new masking rule for ProFit: a rule that works, its tests, build, types and README.

  NAME             what configurations call the rule, e.g. soft-threshold
  --directory DIR  where to write it; default NAME
  --scope @acme    npm scope of the package @acme/profit-NAME
  --package NAME   name of the package; default profit-NAME
  --help           this text
`;

interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        directory: { type: 'string' },
        scope: { type: 'string' },
        package: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new InvalidConfigError('create-plugin', [{ path: '', message: (error as Error).message }]);
  }
}

async function create(args: readonly string[], { out }: Output): Promise<void> {
  const { values, positionals } = parsed(args);
  if (values.help === true) return out(usage);
  const [kind, name, ...more] = positionals;
  const refuse = (message: string): never => {
    throw new InvalidConfigError('create-plugin', [{ path: '', message: `${message}\n\n${usage.trimEnd()}` }]);
  };
  if (kind !== 'rule')
    refuse(kind === undefined ? 'say what to create: rule NAME' : `cannot create "${kind}", only "rule"`);
  if (name === undefined) refuse('the rule needs a name');
  if (more.length > 0) refuse(`too many words: ${more.join(' ')}`);
  const { directory, scope, package: named } = values;
  if (scope !== undefined && named !== undefined) refuse('give --scope or --package, not both');
  const packageName = scope === undefined ? named : `${checkedScope(scope)}/profit-${name}`;
  out(nextSteps(await createRulePackage({ name, directory, packageName })));
}

/**
 * Runs `create-plugin …` and returns its exit code.
 *
 * @param args what follows the command
 */
export async function runCreatePlugin(args: readonly string[], output: Output): Promise<number> {
  try {
    await create(args, output);
    return 0;
  } catch (error) {
    if (ProfitError.isInstance(error)) {
      output.error(`create-plugin: ${error.message}\n`);
      return error.exitCode;
    }
    output.error(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitCodes.internal;
  }
}
