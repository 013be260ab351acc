import { readFile } from 'node:fs/promises';
import { markdownTable } from '../docs/markdown-table.js';
import { writeQualitySection } from '../docs/write-quality-section.js';
import type { FaultResult } from './fault-result.js';
import { readKeptResults, type ScenarioResults } from './kept-results.js';

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
  const kills = [...new Set(scenarios.map((scenario) => scenario.kills))].join(' or ');
  const rows = results.map(({ kind, what, injected, failures, skipped }) => [
    kind,
    what,
    skipped === undefined ? String(injected) : 'not here',
    skipped ?? String(injected - Math.min(injected, failures.length)),
  ]);
  return [
    `\`npm run faults -- --kills N\` (N ${kills}, seed ${seeds}) let ${total(results)} faults happen, ${total(killed)} of them kills while files ` +
      'changed. What did not come to its end was started again, and did then, with the bytes that an undisturbed run has; nothing that was finished was lost, no damaged checkpoint was ' +
      'picked up, and no unfinished file or lock was left. A scenario in which one is not survived fails the command, and is not kept here.',
    markdownTable(['fault', 'of what', 'injected', 'survived'], rows),
    `${findings.length} defects were found, by these faults and by reading the code beside them:`,
    markdownTable(
      ['fault', 'what happened', 'now', 'test'],
      findings.map(({ fault, what, fixed, test }) => [fault, what, fixed, `\`${test}\``]),
    ),
  ].join('\n\n');
}

/** The section's text, from what was kept. */
export async function keptFaultsText(): Promise<string> {
  return faultsText(readKeptResults(), JSON.parse(await readFile(findingsFile, 'utf8')) as readonly Finding[]);
}

/** Writes the section of docs/quality.md and gives the page's path. */
export async function writeFaultsSection(): Promise<string> {
  return writeQualitySection('faults', await keptFaultsText());
}
