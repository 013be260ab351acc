/**
 * npm run study -- NAME …: runs the grids of a study (what is finished is not run again) and writes docs/results/NAME.md.
 * Parts on published data need PROFIT_TEST_DATA. Without a name: all studies.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { machineText, thisMachine } from '../bench/machine.js';
import { repository, runPart, type PartResult } from './run-part.js';
import { studyPage } from './study-page.js';
import { studies } from './studies.js';
import type { Study } from './study.js';

const testData = process.env.PROFIT_TEST_DATA ?? join(repository, '..', 'shared', 'data');

async function writeStudy(study: Study): Promise<void> {
  const results: PartResult[] = [];
  const absent: string[] = [];
  for (const part of study.parts) {
    const missing = (part.data ?? []).filter((folder) => !existsSync(join(testData, folder)));
    if (missing.length > 0) {
      absent.push(`${part.title}: ${missing.map((folder) => join(testData, folder)).join(', ')} is not there`);
      continue;
    }
    console.log(`${study.title}: ${part.title}`);
    results.push(await runPart(study.name, part));
  }
  const page = studyPage(study, results, machineText(await thisMachine()));
  if (absent.length > 0) {
    // A page with fewer parts would replace one with all of them.
    console.log(page);
    console.log(`not written, because parts need data that PROFIT_TEST_DATA names:\n${absent.join('\n')}`);
    return;
  }
  const file = join(repository, 'docs', 'results', `${study.name}.md`);
  await writeFile(file, await format(page, { ...(await resolveConfig(file)), parser: 'markdown' }));
  console.log(`written: ${file}`);
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !studies.some((study) => study.name === name));
if (unknown.length > 0) {
  console.error(`there is no study ${unknown.join(', ')}; there are ${studies.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
for (const study of studies) if (names.length === 0 || names.includes(study.name)) await writeStudy(study);
