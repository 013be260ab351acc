// Usage: node tools/ci/print-test-counts.js RESULTS.json STATUS
// Prints the skipped tests (a name says what its test needs), then what failed, where the end of a log shows it, and, as the very last line, the counts. Exits 1 when anything failed: a test, a test file, or
// an earlier step or the runner itself, whose exit status is STATUS.
import { readFileSync } from 'node:fs';
import { countTests } from './test-counts.js';

const [file, status] = process.argv.slice(2);
const { line, failed, skips, failures } = countTests(JSON.parse(readFileSync(file, 'utf8')));
for (const entry of [...skips, ...failures]) console.log(entry.replaceAll(`${process.cwd()}/`, ''));
console.log(line);
process.exitCode = failed === 0 && status === '0' ? 0 : 1;
