export { hub } from './hub-dataset.js';
export {
  pullDataset,
  type PulledDataset,
  type PulledFile,
  type PullOptions,
  type PullProgress,
  type PullRequest,
} from './pull-dataset.js';
export { hubSettings, type HubSettings } from './hub-settings.js';
export { HubError } from './hub-error.js';
export { catalogue, findEntry, type CatalogueName } from './catalogue/catalogue.js';
export type { CatalogueEntry } from './catalogue/catalogue-entry.js';
export { checkGate, resolveRequest, type DatasetName, type ResolvedRequest } from './catalogue/resolve-request.js';
export type { RemoteFile } from './remote-file.js';
