import { code, markdownTable } from '../docs/markdown-table.js';
import type { PackageResults } from './results.js';
import { sizeBudget } from './size-budget.js';

const kibibytes = (bytes: number): string => (bytes / 1024).toLocaleString('en', { maximumFractionDigits: 0 });
const megabytes = (bytes: number): string =>
  (bytes / 1e6).toLocaleString('en', { maximumFractionDigits: bytes < 1e7 ? 2 : 0 });

/** The section about packages of `docs/quality.md`. */
export function packagesSection(results: PackageResults): string {
  const rows = Object.entries(results).map(([name, result]) => [
    code(name),
    kibibytes(result.size),
    `${kibibytes(result.unpackedSize)} of ${sizeBudget[name]}`,
    megabytes(result.bytes),
    result.native.length === 0 ? 'none' : result.native.map(code).join(', '),
    result.nodes.join(', '),
    result.also ?? '',
  ]);
  const headings = ['package', 'archive, KiB', 'unpacked, KiB, of its budget', 'installed alone, MB', 'native code in'];
  return markdownTable([...headings, 'example ran on Node', 'also ran'], rows);
}
