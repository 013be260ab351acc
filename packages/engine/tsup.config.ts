import { packageBuild } from '../../tsup.base.js';

export default packageBuild({
  entry: {
    index: 'src/index.ts',
    // What the process of a model starts with.
    'engine-process': 'src/process/engine-process.ts',
  },
});
