import { folderTests } from '../../vitest.base.js';

export default folderTests('word-problems');
