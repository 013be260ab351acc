import { packageBuild } from '../../tsup.base.js';

export default packageBuild({ entry: { index: 'src/index.ts', 'adamw-worker': 'src/optimizer/adamw-worker.ts' } });
