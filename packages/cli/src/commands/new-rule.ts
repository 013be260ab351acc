import { createRulePackage, nextSteps } from '@profit-sft/create-plugin';
import type { CommandContext } from '../command-line/program.js';

export interface NewRuleArguments {
  readonly name: string;
  readonly directory?: string;
  readonly package?: string;
  readonly json?: boolean;
}

/** Writes the package of a new masking rule and says what to do with it. */
export async function runNewRule(options: NewRuleArguments, { terminal }: CommandContext): Promise<void> {
  const written = await createRulePackage({
    name: options.name,
    directory: options.directory,
    packageName: options.package,
  });
  terminal.out.write(options.json === true ? `${JSON.stringify(written)}\n` : nextSteps(written));
}
