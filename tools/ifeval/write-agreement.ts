/** npm run ifeval: writes docs/results/ifeval-agreement.md. Needs PROFIT_TEST_DATA. */
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { agreementPage } from './agreement-page.js';
import { agreementFile, conformanceFile } from './conformance-file.js';

const page = await agreementPage(conformanceFile);
await writeFile(agreementFile, await format(page, { ...(await resolveConfig(agreementFile)), parser: 'markdown' }));
console.log(`written: ${agreementFile}`);
