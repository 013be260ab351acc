/** Pulls a repository, for the test that kills this process: `pull-in-process.ts ENDPOINT CACHE REPOSITORY`. */
import { hubSettings } from '../hub-settings.js';
import { pullDataset } from '../pull-dataset.js';

const [endpoint, cacheFolder, repository] = process.argv.slice(2);
await pullDataset(
  { repository },
  { settings: hubSettings({ endpoint, cacheFolder, offline: false, timeout: 60_000 }) },
);
