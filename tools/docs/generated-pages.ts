import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runConfigSchema } from '@profit-sft/core';
import { builtinRegistry, listPlugins } from '@profit-sft/cli';
import { format, resolveConfig } from 'prettier';
import { publishedPackages } from '../packages/published-packages.js';
import { packagesSection } from '../packages/quality-page.js';
import { readResults } from '../packages/results.js';
import { keptFaultsText } from '../faults/faults-section.js';
import { coverageText } from '../test-coverage/coverage-section.js';
import { readResults as readCoverage } from '../test-coverage/results.js';
import { commandsTable } from './commands-table.js';
import { configurationTable } from './configuration-table.js';
import { interfaceTable } from './interface-table.js';
import { optionsTable } from './options-table.js';
import { pluginTables } from './plugin-tables.js';
import { profitProgram } from './profit-program.js';
import { withGenerated } from './with-generated.js';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Options of packages without plugins: interfaces, by the path of their source. */
const optionInterfaces: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'create-plugin': { 'packages/create-plugin/src/create-rule-package.ts': 'NewRulePackage' },
  'durable-files': { 'packages/durable-files/src/lock/acquire-lock.ts': 'LockOptions' },
  grading: {
    'packages/grading/src/grade-mathematics.ts': 'GradeOptions',
    'packages/grading/src/equivalence/equivalent.ts': 'EquivalenceOptions',
  },
  'python-sandbox': { 'packages/python-sandbox/src/python-sandbox.ts': 'PythonSandboxOptions' },
  tokenizers: { 'packages/tokenizers/src/open-tokenizer.ts': 'OpenTokenizerOptions' },
  trainer: {
    'packages/trainer/src/planned-run.ts': 'RunInputs',
    'packages/trainer/src/train.ts': 'TrainOptions',
  },
};

/** Parts of pages, by the page's path in the repository. */
async function partsByPage(): Promise<Record<string, Record<string, string>>> {
  const { masking, backends, datasets, evaluators, annotators, launchers } = listPlugins(builtinRegistry);
  const options = (plugins: Parameters<typeof optionsTable>[0]): Record<string, string> => ({
    options: optionsTable(plugins),
  });
  const readmes = {
    annotators: options(annotators),
    ...Object.fromEntries(backends.map((backend) => [`backend-${backend.name}`, options([backend])])),
    datasets: options(datasets.filter(({ name }) => name !== 'hub')),
    evaluators: options(evaluators),
    experiments: options(launchers),
    hub: options(datasets.filter(({ name }) => name === 'hub')),
    masking: options(masking),
    ...Object.fromEntries(
      Object.entries(optionInterfaces).map(([name, interfaces]) => [name, { options: interfaceTable(interfaces) }]),
    ),
    cli: { commands: commandsTable(profitProgram()) },
  };
  const packageNames = publishedPackages().map(({ folderName }) => folderName);
  return {
    'docs/configuration.md': { configuration: configurationTable(runConfigSchema) },
    'docs/plugins.md': {
      masking: pluginTables(masking),
      backends: pluginTables(backends),
      datasets: pluginTables(datasets),
      evaluators: pluginTables(evaluators),
      annotators: pluginTables(annotators),
      launchers: pluginTables(launchers),
    },
    'docs/quality.md': {
      faults: await keptFaultsText(),
      packages: packagesSection(await readResults(), packageNames),
      coverage: coverageText(await readCoverage(), packageNames),
    },
    ...Object.fromEntries(Object.entries(readmes).map(([name, parts]) => [`packages/${name}/README.md`, parts])),
  };
}

export interface GeneratedPage {
  readonly path: string;
  /** What the file holds. */
  readonly present: string;
  /** What it should hold. */
  readonly wanted: string;
}

/** The pages with parts that are made from schemas and kept results, formatted as `npm run format` would. */
export async function generatedPages(): Promise<GeneratedPage[]> {
  const pages = Object.entries(await partsByPage()).map(async ([name, parts]): Promise<GeneratedPage> => {
    const path = join(repository, name);
    const present = await readFile(path, 'utf8');
    const options = await resolveConfig(path);
    return { path, present, wanted: await format(withGenerated(present, parts), { ...options, filepath: path }) };
  });
  return Promise.all(pages);
}
