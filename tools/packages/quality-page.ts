import { code, markdownTable } from '../docs/markdown-table.js';
import type { PackageResults } from './results.js';
import { scenarios } from './scenarios.js';
import { sizeBudget } from './size-budget.js';

const kibibytes = (bytes: number): string => (bytes / 1024).toLocaleString('en', { maximumFractionDigits: 0 });
const megabytes = (bytes: number): string => (bytes / 1e6).toLocaleString('en', { maximumSignificantDigits: 3 });

/** How many packages' examples ran under each version of Node, and which packages were not tried. */
function summary(results: PackageResults, published: readonly string[]): string {
  const versions = [...new Set(Object.values(results).flatMap(({ nodes }) => nodes))].sort();
  const rows = versions.map((version) => {
    const ran = Object.values(results).filter(({ nodes }) => nodes.includes(version)).length;
    return [version, `${ran} of ${published.length}`];
  });
  const table = markdownTable(['Node', 'packages installed alone whose example ran'], rows);
  const untried = published.filter((name) => results[name] === undefined);
  return untried.length === 0 ? table : `${table}\n\nNot tried yet, or failed: ${untried.map(code).join(', ')}.`;
}

function scenariosTable(results: PackageResults): string {
  const rows = Object.entries(scenarios).flatMap(([name, scenario]) => {
    const result = results[name];
    return scenario === undefined || result === undefined
      ? []
      : [[scenario.title, scenario.tried, result.nodes.join(', ')]];
  });
  return rows.length === 0 ? '' : `${markdownTable(['project', 'what went well in it', 'on Node'], rows)}\n\n`;
}

/** The section about packages of `docs/quality.md`. */
export function packagesSection(results: PackageResults, published: readonly string[]): string {
  const rows = Object.entries(results).map(([name, result]) => [
    code(name),
    result.version,
    kibibytes(result.size),
    `${kibibytes(result.unpackedSize)} of ${sizeBudget[name]}`,
    megabytes(result.bytes),
    result.native.length === 0 ? 'none' : result.native.map(code).join(', '),
    result.nodes.join(', '),
  ]);
  const sizes = ['archive, KiB', 'unpacked, KiB, of its budget', 'installed alone, MB', 'native code in'];
  const table = markdownTable(['package', 'version', ...sizes, 'example ran on Node'], rows);
  return `${summary(results, published)}\n\n${scenariosTable(results)}${table}`;
}
