import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of real files that some tests read; they are skipped where it is absent. */
export const testData =
  process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));

export const hasTestData = existsSync(join(testData, 'README.md'));
