import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository } from '../docs/markdown-files.js';
import { writeApiPages } from './api-pages.js';
import { navigation } from './navigation.js';
import { sourcePath } from './site-links.js';
import { sitePages } from './site-pages.js';

/**
 * Writes what VitePress makes the site of: pages, files that they link to, and `navigation.json`.
 *
 * @param folder emptied before
 */
export async function writePages(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const pages = await sitePages();
  for (const { path, text } of pages) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  for (const file of new Set(pages.flatMap(({ files }) => files))) {
    const copy = join(folder, 'public', sourcePath(file));
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(join(repository, file), copy);
  }
  const items = navigation((path) => readFileSync(join(repository, path), 'utf8'));
  await writeFile(join(folder, 'navigation.json'), JSON.stringify(items));
  await writeApiPages(join(folder, 'api'));
}
