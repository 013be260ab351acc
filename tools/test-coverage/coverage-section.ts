import { markdownTable } from '../docs/markdown-table.js';
import { writeQualitySection } from '../docs/write-quality-section.js';
import { readResults, type CoverageResults } from './results.js';

const code = (text: string): string => `\`${text}\``;

/** Rounded down, so that 100 % says that nothing is left out. */
function percent({ covered, total }: { readonly covered: number; readonly total: number }): string {
  return total === 0 ? '–' : `${(Math.floor((1000 * covered) / total) / 10).toFixed(1)} %`;
}

/** The section's text. */
export function coverageText(results: CoverageResults, packages: readonly string[]): string {
  const rows = Object.entries(results).map(([name, { lines, branches, passed, skipped, files }]) => [
    code(name),
    percent(lines),
    String(lines.total - lines.covered),
    percent(branches),
    `${passed}${skipped === 0 ? '' : `, ${skipped} skipped`}`,
    files.length === 0 ? 'all' : files.map(code).join(', '),
  ]);
  const left = packages.filter((name) => results[name] === undefined);
  return [
    markdownTable(['package', 'lines', 'lines not run', 'branches', 'tests', 'test files'], rows),
    ...(left.length === 0 ? [] : [`Not counted yet: ${left.map(code).join(', ')}.`]),
  ].join('\n\n');
}

/** Writes the section of docs/quality.md and gives the page's path. */
export async function writeCoverageSection(packages: readonly string[]): Promise<string> {
  return writeQualitySection('coverage', coverageText(await readResults(), packages));
}
