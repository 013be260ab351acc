import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(fileURLToPath(import.meta.url), '../../../../..');

/** The folder of real files that some tests read; they are skipped where it is absent. */
export const testData = process.env.PROFIT_TEST_DATA ?? resolve(repository, '../shared/data');
export const hasTestData = existsSync(join(testData, 'README.md'));
