import { packageBuild } from '../../tsup.base.js';

export default packageBuild({
  entry: {
    index: 'src/index.ts',
    // What a thread starts with.
    'adamw-worker': 'src/optimizer/adamw-worker.ts',
  },
});
