import { defineDataset, schema } from '@profit-sft/core';
import { checkColumns, fileOptions, loadFiles } from '@profit-sft/datasets';
import { resolveRequest } from './catalogue/resolve-request.js';
import { hubSettings } from './hub-settings.js';
import { pullDataset } from './pull-dataset.js';

/**
 * Rows of a data set of the Hub that `profit data pull` has fetched. Only the cache is read: training never waits for a
 * network, and a branch means the commit that it meant when it was pulled. Files are checked against their hashes.
 */
export const hub = defineDataset({
  name: 'hub',
  description: 'rows of a data set of the Hugging Face Hub that `profit data pull` has fetched into the cache',
  source: 'ours, on @huggingface/hub',
  options: schema.object({
    repository: schema.string({ description: 'OWNER/NAME, or a short name: see profit data list' }),
    revision: schema.optional(
      schema.string({ description: 'a commit, or a branch as it was when it was pulled; default: main' }),
    ),
    config: schema.optional(schema.string({ description: 'which configuration of the data set' })),
    split: schema.optional(schema.string({ description: 'which split; not needed where there is only one' })),
    ...fileOptions,
  }),
  create: ({ repository, revision, config, split, ...options }) => {
    if (options.columns !== undefined) checkColumns(options.columns, 'data set "hub"');
    return {
      async load() {
        const { request, ...mapped } = resolveRequest({ name: repository, revision, config, split });
        const settings = hubSettings({ offline: true });
        const { splits } = await pullDataset({ ...request, one: true }, { settings });
        const [{ files }] = splits;
        return loadFiles(
          files.map(({ location }) => location),
          { ...options, columns: options.columns ?? mapped.columns, groupBy: options.groupBy ?? mapped.groupBy },
        );
      },
    };
  },
});
