import type { DatasetSource } from '../contracts/dataset.js';
import type { Schema } from '../schema/schema.js';
import { pluginOption, type InstanceOrReference } from './plugin-option.js';

/** A data set as an option of another one: the source itself, or its name, or an object of its name and options. */
export type DatasetReference = InstanceOrReference<DatasetSource>;

const datasets = pluginOption(
  'data set',
  '@profit-sft/dataset-resolver',
  (value): value is DatasetSource => typeof (value as Partial<DatasetSource>).load === 'function',
);

/** Names of data sets within options are looked up by `resolve` while `run` makes a plugin's instance. */
export const resolvingDatasets = datasets.resolving;

/**
 * An option that is a data set. In code it is given as the source itself, `file({ path })`; in a configuration as an object of its
 * name and options, looked up in the registry that makes the plugin. Relative paths in it start from the configuration's folder.
 */
export function datasetOption(
  options: { readonly description?: string } = {},
): Schema<DatasetSource, DatasetReference> {
  return datasets.option(options);
}
