import { type DatasetSource } from '@profit-sft/core';
import { describe, test } from 'vitest';
import {
  checkFingerprintTells,
  checkOrigins,
  checkReload,
  checkRows,
  type DatasetSubject,
} from '../dataset/check-dataset.js';

export interface DatasetSuite<Options> {
  /** Default: the plugin's name. */
  readonly name?: string;
  readonly options?: Options;
  /** How many rows there have to be. */
  readonly rows?: number;
  /** Options that lead to other data, which have to have another fingerprint. */
  readonly otherOptions?: Options;
}

/** Registers a vitest suite that holds a data set to its contract: rows, origins, fingerprint, and loading again. */
export function describeDataset<Options>(
  plugin: ((options?: Options) => DatasetSource) & { readonly pluginName: string },
  suite: DatasetSuite<NoInfer<Options>> = {},
): void {
  const { name = plugin.pluginName, options, rows, otherOptions } = suite;
  const subject: DatasetSubject = { plugin, options };
  describe(name, () => {
    test('rows have one of the shapes, and there are no others', () => checkRows(subject, rows));
    test('every row has an origin of its own', () => checkOrigins(subject));
    test('loading again gives the same', () => checkReload(subject));
    if (otherOptions !== undefined) {
      test('other data have another fingerprint', () => checkFingerprintTells(subject, otherOptions));
    }
  });
}
