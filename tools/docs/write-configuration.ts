/**
 * npm run docs: writes the tables of docs/configuration.md, docs/plugins.md and the packages' READMEs from the schemas in the code, and
 * those of docs/quality.md from what its commands have kept.
 */
import { writeFile } from 'node:fs/promises';
import { generatedPages } from './generated-pages.js';

for (const { path, present, wanted } of await generatedPages()) {
  if (present === wanted) continue;
  await writeFile(path, wanted);
  console.log(`written: ${path}`);
}
