import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { withGenerated } from '../docs/generated-pages.js';
import { markdownTable } from '../docs/markdown-table.js';
import type { FaultResult } from './fault-result.js';
import { readKeptResults, type ScenarioResults } from './kept-results.js';

const page = fileURLToPath(new URL('../../docs/quality.md', import.meta.url));
const findingsFile = new URL('findings.json', import.meta.url);

/** A defect that was found and mended. */
export interface Finding {
  /** The kind of fault. */
  readonly fault: string;
  readonly what: string;
  readonly fixed: string;
  readonly test: string;
}

/** The section's text. */
export function faultsText(scenarios: readonly ScenarioResults[], findings: readonly Finding[]): string {
  const results = scenarios.flatMap((scenario) => scenario.results);
  const seeds = [...new Set(scenarios.map(({ seed }) => seed))].join(', ');
  const total = (chosen: readonly FaultResult[]): string =>
    chosen.reduce((sum, { injected }) => sum + injected, 0).toLocaleString('en');
  const killed = results.filter(({ kind }) => kind.startsWith('SIGKILL'));
  const rows = results.map(({ kind, what, injected, failures, skipped }) => [
    kind,
    what,
    skipped === undefined ? String(injected) : 'not here',
    skipped ?? String(injected - Math.min(injected, failures.length)),
  ]);
  return [
    `\`npm run faults\` (seed ${seeds}) let ${total(results)} faults happen, ${total(killed)} of them kills while files ` +
      'changed. After each the command was started again. Every start came to its end, with the bytes that an undisturbed run has; nothing that was finished was lost, no damaged checkpoint was ' +
      'picked up, and no unfinished file or lock was left.',
    markdownTable(['fault', 'of what', 'injected', 'survived'], rows),
    `${findings.length} defects were found, by these faults and by reading the code beside them:`,
    markdownTable(
      ['fault', 'what happened', 'now', 'test'],
      findings.map(({ fault, what, fixed, test }) => [fault, what, fixed, `\`${test}\``]),
    ),
  ].join('\n\n');
}

/** Writes the section of docs/quality.md and gives the page's path. */
export async function writeFaultsSection(): Promise<string> {
  const findings = JSON.parse(await readFile(findingsFile, 'utf8')) as readonly Finding[];
  const present = await readFile(page, 'utf8');
  const wanted = withGenerated(present, { faults: faultsText(readKeptResults(), findings) });
  await writeFile(page, await format(wanted, { ...(await resolveConfig(page)), filepath: page }));
  return page;
}
