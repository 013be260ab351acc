import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Published cases and benchmarks that tests read where they are present; a fresh clone has none. */
const sharedData =
  process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));

/** Whether the file is there. */
export const hasShared = (path: string): boolean => existsSync(join(sharedData, path));

export const sharedJson = <Content>(path: string): Content =>
  JSON.parse(readFileSync(join(sharedData, path), 'utf8')) as Content;

export const sharedJsonLines = <Row>(path: string): Row[] =>
  readFileSync(join(sharedData, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
