/**
 * npm run study -- NAME …: runs a study (what is finished of its grids is not run again) and writes docs/results/NAME.md.
 * Parts on published data need PROFIT_TEST_DATA. Without a name: all studies.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { dataFolder } from '../../examples/e2e-nlg/data-folder.js';
import { machineText, thisMachine } from '../bench/machine.js';
import { coreTokensPage } from './core-tokens/core-tokens.js';
import { repository, runPart, type PartResult } from './run-part.js';
import { studies } from './studies.js';
import { studyPage } from './study-page.js';
import type { Study, StudyPart } from './study.js';

/** Not a grid of runs, and with a page of its own. */
const coreTokens = 'core-tokens';

async function writePage(name: string, page: string): Promise<void> {
  const file = join(repository, 'docs', 'results', `${name}.md`);
  await writeFile(file, await format(page, { ...(await resolveConfig(file)), parser: 'markdown' }));
  console.log(`written: ${file}`);
}

const missingData = ({ data = [] }: StudyPart): string[] =>
  data.map((folder) => join(dataFolder, folder)).filter((folder) => !existsSync(folder));

async function writeStudy(study: Study): Promise<void> {
  const results: PartResult[] = [];
  const absent: string[] = [];
  for (const part of study.parts) {
    const missing = missingData(part);
    if (missing.length > 0) {
      absent.push(`${part.title}: ${missing.join(', ')} is not there`);
      continue;
    }
    console.log(`${study.title}: ${part.title}`);
    results.push(await runPart(study.name, part));
  }
  const page = studyPage(study, results, machineText(await thisMachine()));
  if (absent.length === 0) return writePage(study.name, page);
  // A page with fewer parts would replace one with all of them.
  console.log(page);
  console.log(`not written, because parts need data that PROFIT_TEST_DATA names:\n${absent.join('\n')}`);
}

async function writeCoreTokens(): Promise<void> {
  console.log('Core and trivial tokens');
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0);
  await writePage(coreTokens, await coreTokensPage((title) => console.log(`${seconds()} s: ${title}`)));
}

const names = [...studies.map(({ name }) => name), coreTokens];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`there is no study ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}
const wanted = (name: string): boolean => asked.length === 0 || asked.includes(name);
for (const study of studies) if (wanted(study.name)) await writeStudy(study);
if (wanted(coreTokens)) await writeCoreTokens();
