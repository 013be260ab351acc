/**
 * npm run coverage: runs the tests of packages, counts which lines and branches of their sources were run, lists the lines that were not, and
 * writes the section "Coverage" of docs/quality.md.
 *
 *   npm run coverage -- [PACKAGE …] [--file PART …]
 *
 * Packages by their folders' names, default all. What was counted of a package before stays in results.json, and on the page, until it is counted
 * again. `--file` leaves out test files without such a part in their paths, for a package whose tests take hours; the page says so. Ends with 1
 * where a test fails, and keeps nothing of that package.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { publishedPackages } from '../packages/published-packages.js';
import { writeCoverageSection } from './coverage-section.js';
import { linesNotRun } from './lines-not-run.js';
import { keepResult, type Coverage } from './results.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

interface Summary {
  readonly total: Readonly<Record<'lines' | 'branches', { readonly total: number; readonly covered: number }>>;
}
interface TestReport {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
}

/** Undefined where a test failed. */
function measured(name: string, files: readonly string[]): Coverage | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'profit-coverage-'));
  const sources = `packages/${name}/src`;
  const settings = {
    'coverage.enabled': 'true',
    'coverage.provider': 'v8',
    'coverage.include': `${sources}/**/*.{ts,mjs}`,
    'coverage.exclude': `{**/*.test.ts,**/*.test-d.ts,${sources}/testing*/**}`,
    'coverage.reportsDirectory': folder,
    'typecheck.enabled': 'false',
    'outputFile.json': join(folder, 'tests.json'),
  };
  const reporters = ['coverage.reporter=json-summary', 'coverage.reporter=json', 'reporter=json', 'reporter=dot'];
  const flags = [...Object.entries(settings).map(([key, value]) => `${key}=${value}`), ...reporters];
  const args = ['vitest', 'run', '--project', name, ...files, ...flags.map((flag) => `--${flag}`)];
  try {
    const { status } = spawnSync('npx', args, { cwd: repository, stdio: 'inherit' });
    if (status !== 0) return undefined;
    const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    for (const text of linesNotRun(read('coverage-final.json') as Parameters<typeof linesNotRun>[0], repository)) {
      console.log(text);
    }
    const { lines, branches } = (read('coverage-summary.json') as Summary).total;
    const { numPassedTests: passed, numPendingTests: skipped } = read('tests.json') as TestReport;
    const share = ({ total, covered }: typeof lines): Coverage['lines'] => ({ total, covered });
    return { lines: share(lines), branches: share(branches), passed, skipped, files };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { file: { type: 'string', multiple: true, default: [] } },
});
const known = publishedPackages().map(({ folderName }) => folderName);
const unknown = positionals.find((name) => !known.includes(name));
if (unknown !== undefined) throw new Error(`no package "${unknown}"; there are ${known.join(', ')}`);
for (const name of positionals.length === 0 ? known : positionals) {
  const coverage = measured(name, values.file);
  if (coverage === undefined) process.exitCode = 1;
  else await keepResult(name, coverage);
}
console.log(`written: ${await writeCoverageSection(known)}`);
