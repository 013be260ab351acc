import { packageBuild } from '../../tsup.base.js';

export default packageBuild({
  entry: {
    index: 'src/index.ts',
    // What `profit doctor` starts for each native runtime.
    'probe-process': 'src/start/probe-process.ts',
  },
});
