import { folderTests } from '../../vitest.base.js';

export default folderTests('e2e-nlg');
