import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const testData = process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

export const conformanceFile = join(testData, 'conformance/ifeval/gpt4_verdicts_half.jsonl');
export const agreementFile = fileURLToPath(new URL('../../docs/results/ifeval-agreement.md', import.meta.url));
