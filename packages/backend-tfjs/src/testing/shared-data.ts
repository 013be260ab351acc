import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real models and data that tests use where they are present; a fresh clone has none. */
export const sharedData =
  process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));

export const hasSharedData = existsSync(join(sharedData, 'models'));
