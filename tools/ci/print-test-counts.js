// Usage: node tools/ci/print-test-counts.js RESULTS.json STATUS
// Prints the skipped tests (a name says what its test needs) and, as the very last line, the counts. Exits 1 when anything failed: a test, a test file, or
// an earlier step or the runner itself, whose exit status is STATUS.
import { readFileSync } from 'node:fs';
import { countTests } from './test-counts.js';

const [file, status] = process.argv.slice(2);
const { line, failed, skips, broken } = countTests(JSON.parse(readFileSync(file, 'utf8')));
for (const entry of [...broken, ...skips]) console.log(entry.replace(`${process.cwd()}/`, ''));
console.log(line);
process.exitCode = failed === 0 && status === '0' ? 0 : 1;
