import { delimiter } from 'node:path';

/** Folders with a Transformers.js, as `PROFIT_TRANSFORMERS_JS` names them; see `tools/transformers-js/README.md`. */
export const installationFolders = (process.env.PROFIT_TRANSFORMERS_JS ?? '')
  .split(delimiter)
  .filter((folder) => folder !== '');

export const hasInstallations = installationFolders.length > 0;

/** For the names of tests that are skipped. */
export const unlessInstalled = hasInstallations ? '' : ' (skipped where PROFIT_TRANSFORMERS_JS is absent)';
