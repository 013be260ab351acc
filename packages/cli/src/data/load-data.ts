import type { Dataset, Registry } from '@profit-sft/core';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';

/** Loads a data set by its plugin. */
export function loadDataset(registry: Registry, { name, options }: ResolvedPlugin): Promise<Dataset> {
  return registry.dataset(name, options).load();
}

/** A file of the command line, relative to the working directory. */
export function dataFile(file: string): ResolvedPlugin {
  return { name: 'file', options: { path: file } };
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
