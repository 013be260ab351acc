/** npm run docs: writes the tables of docs/configuration.md and docs/plugins.md from the schemas in the code. */
import { writeFile } from 'node:fs/promises';
import { generatedPages } from './generated-pages.js';

for (const { path, present, wanted } of await generatedPages()) {
  if (present === wanted) continue;
  await writeFile(path, wanted);
  console.log(`written: ${path}`);
}
