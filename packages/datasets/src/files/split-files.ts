import { ProfitError } from '@profit-sft/core';
import picomatch from 'picomatch';
import { formatOf } from '../formats/formats.js';
import type { CardConfiguration } from './dataset-card.js';

/** What a data set's folder or repository offers, and what was asked of it. */
export interface SplitRequest {
  /** All files, relative, with slashes. */
  readonly files: readonly string[];
  readonly configurations: readonly CardConfiguration[];
  readonly config?: string;
  readonly split?: string;
  /** What messages call the data set. */
  readonly name: string;
}

/** Names of splits by which https://huggingface.co/docs/hub/datasets-file-names-and-splits knows them. */
const keywords: readonly (readonly [split: string, words: readonly string[]])[] = [
  ['train', ['train', 'training']],
  ['validation', ['validation', 'valid', 'val', 'dev']],
  ['test', ['test', 'testing', 'eval', 'evaluation']],
];

/** Files beside the data: what `datasets` of Hugging Face writes about them. */
const descriptions = ['dataset_infos.json', 'dataset_info.json', 'dataset_dict.json', 'state.json'];

const isData = (path: string): boolean =>
  formatOf(path) !== undefined && !descriptions.includes(path.slice(path.lastIndexOf('/') + 1));

function choose<T extends { readonly name: string }>(
  all: readonly T[],
  wanted: string | undefined,
  fallback: T | undefined,
  subject: string,
  kind: 'config' | 'split',
): T {
  const found = wanted === undefined ? fallback : all.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name).join(', ');
  throw new ProfitError(
    'data',
    wanted === undefined
      ? `${subject} has several ${kind}s; say which with "${kind}": ${names}`
      : `${subject} has no ${kind} "${wanted}"; it has ${names === '' ? 'none that could be told apart' : names}`,
  );
}

/** The split that a path's words tell; words end at anything but letters. Those of the file's own name go first. */
function splitOfPath(path: string): string | undefined {
  // What pushing to the Hub writes, for splits of any name: data/train_sft-00000-of-00004.parquet.
  const sharded = /(?:^|\/)([^/]+?)-\d{5}-of-\d{5}[^/]*$/.exec(path);
  const parts = path.split('/').reverse();
  for (const part of parts) {
    const words = part.toLowerCase().split(/[^a-z]+/);
    if (sharded !== null && part === parts[0] && sharded[1].toLowerCase() !== 'data') {
      const known = keywords.find(([, names]) => names.includes(sharded[1].toLowerCase()));
      return known?.[0] ?? sharded[1];
    }
    const found = keywords.find(([, names]) => names.some((name) => words.includes(name)));
    if (found !== undefined) return found[0];
  }
  return undefined;
}

/** Folders that hold a configuration each, as the Hub's own conversion to Parquet has them: main/train/0000.parquet. */
function configurationFolders(files: readonly string[]): string[] {
  const folders = files.map((path) => /^([^/]+)\/[^/]+\/\d{4}\.parquet$/.exec(path)?.[1]);
  if (folders.includes(undefined)) return [];
  return [...new Set(folders as string[])];
}

function bySplit(files: readonly string[]): { name: string; files: string[] }[] {
  const splits = new Map<string, string[]>();
  for (const path of files) {
    const split = splitOfPath(path);
    if (split !== undefined) splits.set(split, [...(splits.get(split) ?? []), path]);
  }
  if (splits.size === 0) return [{ name: 'train', files: [...files] }];
  return [...splits].map(([name, paths]) => ({ name, files: paths }));
}

function declared(request: SplitRequest): { name: string; files: string[] }[] {
  const { configurations, config, name, files } = request;
  const main =
    configurations.length === 1
      ? configurations[0]
      : configurations.find(({ isDefault, name: called }) => isDefault || called === 'default');
  const chosen = choose(configurations, config, main, name, 'config');
  return chosen.splits.map((split) => {
    const matches = picomatch([...split.patterns]);
    return { name: split.name, files: files.filter((path) => isData(path) && matches(path)) };
  });
}

function named({ files, config, name }: SplitRequest): { name: string; files: string[] }[] {
  const data = files.filter(isData);
  if (data.length === 0) {
    const there = files.slice(0, 10).join(', ');
    throw new ProfitError(
      'data',
      `${name} has no file of a format that is read; it has ${there === '' ? 'none' : there}`,
    );
  }
  const folders = configurationFolders(data);
  if (config === undefined && folders.length < 2) return bySplit(data);
  const candidates = folders.length > 0 ? folders : [...new Set(data.flatMap((path) => path.split('/').slice(0, -1)))];
  const chosen = choose(
    candidates.map((folder) => ({ name: folder })),
    config,
    undefined,
    name,
    'config',
  );
  return bySplit(data.filter((path) => path.split('/').slice(0, -1).includes(chosen.name)));
}

/** Every split of the chosen configuration, with its files. Throws a data error that lists what there is. */
export function splitsOf(request: SplitRequest): { name: string; files: string[] }[] {
  return request.configurations.length > 0 ? declared(request) : named(request);
}

/**
 * The files of one split: as the data set's card declares them, else by the names of files and folders. A part that
 * belongs to several shards is refused when one of them is missing.
 */
export function splitFiles(request: SplitRequest): string[] {
  const splits = splitsOf(request);
  const only = splits.length === 1 ? splits[0] : undefined;
  const { name, files } = choose(splits, request.split, only, request.name, 'split');
  if (files.length === 0)
    throw new ProfitError('data', `${request.name}: no file fits what its card names for ${name}`);
  for (const path of files) {
    const [, stem, total] = /^(.*)-\d{5}-of-(\d{5})/.exec(path) ?? [];
    if (stem === undefined) continue;
    const present = files.filter((other) => other.startsWith(`${stem}-`) && other.includes(`-of-${total}`)).length;
    if (present < Number(total)) {
      throw new ProfitError(
        'data',
        `${request.name}: only ${present} of the ${Number(total)} parts of ${stem} are here`,
      );
    }
  }
  return files;
}
