import { readFile } from 'node:fs/promises';
import { markdownTable } from '../docs/markdown-table.js';
import { writeQualitySection } from '../docs/write-quality-section.js';
import type { FuzzResult } from './fuzz-target-run.js';
import type { FuzzTarget } from './fuzz-target.js';

const findingsFile = new URL('findings.json', import.meta.url);

/** A defect that was found and mended. */
export interface Finding {
  /** Name of the parser. */
  readonly target: string;
  readonly input: string;
  readonly what: string;
  readonly fixed: string;
  /** The test of the smallest input. */
  readonly test: string;
}

/** A row of the table: what was measured of a parser. */
export type MeasuredParser = Pick<FuzzResult, 'name' | 'inputs' | 'accepted' | 'refused' | 'slowest'> & {
  readonly memory: number;
};

const count = (value: number): string => value.toLocaleString('en');

/** The section's text. */
export function fuzzingText(
  results: readonly MeasuredParser[],
  findings: readonly Finding[],
  targets: readonly Pick<FuzzTarget, 'name' | 'reads' | 'source'>[],
  seed: number,
): string {
  const total = results.reduce((sum, { inputs }) => sum + inputs, 0);
  const memory = Math.max(...results.map((result) => result.memory));
  const rows = results.map(({ name, inputs, accepted, refused, slowest }) => {
    const reads = targets.find((target) => target.name === name)?.reads ?? name;
    const found = findings.filter(({ target }) => target === name).length;
    return [reads, count(inputs), count(accepted), count(refused), `${Math.ceil(slowest)} ms`, String(found)];
  });
  return [
    `\`npm run fuzz\` (seed ${seed}) gave ${count(total)} inputs to ${results.length} parsers. Each was parsed or refused with a ` +
      `\`ProfitError\`; prototypes stayed as they were; no process took more than ${count(Math.ceil(memory))} MiB. ` +
      '"Slowest" is the most processor time of one input, with what the parser loads for its first.',
    markdownTable(['what is read', 'inputs', 'parsed', 'refused', 'slowest', 'found and fixed'], rows),
    `${count(findings.length)} defects were found, by these inputs and by reading the code beside them:`,
    markdownTable(
      ['parser', 'input', 'what happened', 'now', 'test'],
      findings.map(({ target, input, what, fixed, test }) => [`\`${target}\``, input, what, fixed, `\`${test}\``]),
    ),
  ].join('\n\n');
}

/** Writes the section of docs/quality.md and gives the page's path. */
export async function writeFuzzingSection(
  results: readonly MeasuredParser[],
  seed: number,
  targets: readonly FuzzTarget[],
): Promise<string> {
  const findings = JSON.parse(await readFile(findingsFile, 'utf8')) as readonly Finding[];
  return writeQualitySection('fuzzing', fuzzingText(results, findings, targets, seed));
}
