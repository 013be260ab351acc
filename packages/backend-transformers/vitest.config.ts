import { packageTests } from '../../vitest.base.js';

export default packageTests('backend-transformers', { isolate: true });
