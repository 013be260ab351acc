import { ProfitError, UnknownPluginError } from '@profit-sft/core';
import type { RowColumns } from '@profit-sft/datasets';
import type { PullRequest } from '../pull-dataset.js';
import { catalogue, findEntry } from './catalogue.js';
import { entryConfigurations, type CatalogueEntry } from './catalogue-entry.js';

/** What a person asks for: a short name of the catalogue or a repository id, and what part of it. */
export interface DatasetName {
  readonly name: string;
  readonly revision?: string;
  readonly config?: string;
  readonly split?: string;
}

export interface ResolvedRequest {
  readonly request: PullRequest;
  readonly entry: CatalogueEntry | undefined;
  /** How the catalogue maps the columns, where the configuration is the one that it knows. */
  readonly columns: RowColumns | undefined;
  readonly groupBy: string | undefined;
}

/**
 * A request to the Hub for a name. Another configuration than the catalogue's is left to the data set's own card, and so
 * are the columns.
 *
 * @throws UnknownPluginError for a name without a slash that the catalogue does not have
 */
export function resolveRequest({ name, revision, config, split }: DatasetName): ResolvedRequest {
  const entry = findEntry(name);
  if (entry === undefined) {
    if (!name.includes('/')) {
      throw new UnknownPluginError(
        'data set of the Hub (a repository is OWNER/NAME)',
        name,
        catalogue.map((known) => known.name),
      );
    }
    return { request: { repository: name, revision, config, split }, entry, columns: undefined, groupBy: undefined };
  }
  const isKnown = config === undefined || config === entry.config;
  const request: PullRequest = {
    repository: entry.repository,
    revision: revision ?? entry.revision,
    config: config ?? entry.config,
    split,
    configurations: isKnown ? entryConfigurations(entry) : undefined,
  };
  if (request.configurations !== undefined && entry.config === undefined) {
    // One configuration without a name, which nobody has to choose.
    return { request: { ...request, config: undefined }, entry, columns: entry.columns, groupBy: entry.groupBy };
  }
  return { request, entry, columns: isKnown ? entry.columns : undefined, groupBy: isKnown ? entry.groupBy : undefined };
}

/** Says before the Hub is asked what a gated data set takes. */
export function checkGate(entry: CatalogueEntry | undefined, token: string | undefined): void {
  if (entry?.gated !== true || token !== undefined) return;
  throw new ProfitError(
    'data',
    `${entry.name} is gated: accept its terms on https://huggingface.co/datasets/${entry.repository} and set HF_TOKEN. Or name ` +
      `a copy of your own in the configuration: ${JSON.stringify({ name: 'file', path: Object.values(entry.splits)[0], columns: entry.columns })}`,
  );
}
