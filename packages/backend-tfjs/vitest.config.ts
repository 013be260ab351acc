import { packageTests } from '../../vitest.base.js';

export default packageTests('backend-tfjs', { isolate: true });
