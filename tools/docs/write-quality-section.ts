import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { withGenerated } from './with-generated.js';

const page = fileURLToPath(new URL('../../docs/quality.md', import.meta.url));

/** Writes a generated section of docs/quality.md, formatted as `npm run format` would, and gives the page's path. */
export async function writeQualitySection(name: string, text: string): Promise<string> {
  const wanted = withGenerated(await readFile(page, 'utf8'), { [name]: text });
  await writeFile(page, await format(wanted, { ...(await resolveConfig(page)), filepath: page }));
  return page;
}
