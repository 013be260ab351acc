import { InvalidConfigError, parseJson, type Dataset, type Registry } from '@profit-sft/core';
import { splitReference, type ResolvedPlugin } from '../configuration/load-run-config.js';

/** Loads a data set by its plugin. */
export function loadDataset(registry: Registry, { name, options }: ResolvedPlugin): Promise<Dataset> {
  return registry.dataset(name, options).load();
}

/**
 * The data that an argument of the command line means: a file or glob, relative to the working directory, or JSON of a
 * data set's name and options, as `data.train` of a configuration has them.
 */
export function dataFile(argument: string): ResolvedPlugin {
  if (!argument.trimStart().startsWith('{')) return { name: 'file', options: { path: argument } };
  try {
    const value = parseJson(argument) as { name?: unknown };
    if (typeof value.name === 'string') return splitReference(value as { name: string });
  } catch {
    // Reported below together with JSON that has no name.
  }
  const message = 'expected a file, a glob, or JSON such as {"name": "hub", "repository": "gsm8k", "split": "test"}';
  throw new InvalidConfigError(`--data ${argument}`, [{ path: '', message }]);
}

/** The first `rows` rows of a data set. */
export function firstRows(dataset: Dataset, rows: number | undefined): Dataset {
  if (rows === undefined || rows >= dataset.length) return dataset;
  return {
    length: rows,
    row: (index) => dataset.row(index),
    origin: (index) => dataset.origin(index),
    fingerprint: `${dataset.fingerprint}, first ${rows}`,
  };
}
