import { packageBuild } from '../../tsup.base.js';

export default packageBuild({
  entry: {
    index: 'src/index.ts',
    // Files that threads and processes start with.
    'adamw-worker': 'src/optimizer/adamw-worker.ts',
    'engine-process': 'src/process/engine-process.ts',
  },
});
