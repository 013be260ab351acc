import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineDataset, InvalidConfigError, schema } from '@profit-sft/core';
import { cardConfigurations } from './dataset-card.js';
import { expandPath, filesBelow, kindOfPath } from './expand-paths.js';
import { fileOptions, loadFiles } from './load-files.js';
import { checkColumns } from './row-columns.js';
import { splitFiles } from './split-files.js';

const subject = 'data set "file"';

async function filesOfFolder(folder: string, config: string | undefined, split: string | undefined): Promise<string[]> {
  const files = await filesBelow(folder);
  const readme = files.includes('README.md') ? await readFile(join(folder, 'README.md'), 'utf8') : '';
  const chosen = splitFiles({ files, configurations: cardConfigurations(readme), config, split, name: folder });
  return chosen.map((path) => join(folder, path));
}

async function filesOf(
  paths: readonly string[],
  config: string | undefined,
  split: string | undefined,
): Promise<string[]> {
  if (paths.length === 1 && (await kindOfPath(paths[0])) === 'folder') return filesOfFolder(paths[0], config, split);
  for (const [path, value] of Object.entries({ config, split })) {
    if (value === undefined) continue;
    throw new InvalidConfigError(subject, [
      { path, message: 'goes with a folder as "path"; here the path names files' },
    ]);
  }
  const files: string[] = [];
  for (const path of paths) files.push(...(await expandPath(path)));
  return [...new Set(files)];
}

/**
 * Rows from files: JSONL, JSON, CSV, TSV (these also as `.gz`), Parquet, Arrow; one, several, a glob, or a folder laid out
 * as a data set of the Hugging Face Hub. Rows are as `jsonl` has them, in the file's own columns or in those that `columns`
 * names. Whatever does not fit is an `InvalidDataError` with file and line or index.
 */
export const file = defineDataset({
  name: 'file',
  description: 'rows from JSONL, JSON, CSV, TSV, Parquet or Arrow files, with a mapping of columns',
  source: 'ours',
  options: schema.object({
    path: schema.union([schema.string(), schema.array(schema.string(), { minimumLength: 1 })], {
      description:
        'a file, a glob, a list of them, or a folder with a data set; in a configuration, relative to its folder',
    }),
    config: schema.optional(schema.string({ description: 'for a folder: which configuration of the data set' })),
    split: schema.optional(schema.string({ description: 'for a folder: which split of the data set' })),
    ...fileOptions,
  }),
  create: ({ path, config, split, ...options }) => {
    if (options.columns !== undefined) checkColumns(options.columns, subject);
    return { load: async () => loadFiles(await filesOf([path].flat(), config, split), options) };
  },
});
