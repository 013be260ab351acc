import { packageTests } from '../../vitest.base.js';

export default packageTests('backend-onnxruntime', { isolate: true });
