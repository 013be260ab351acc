import { folderTests } from '../vitest.base.js';

// One project for all folders: most load the sources of every package, which takes seconds.
export default folderTests('tools', { testTimeout: 180_000, hookTimeout: 60_000, maxConcurrency: 2 });
