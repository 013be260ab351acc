/**
 * npm run bench: speed and memory as ratios, medians of interleaved runs, in one table. `npm run bench -- NAME…` measures only
 * those rows; `--json FILE` also writes the figures, `--keep` keeps them in tools/bench/results and in docs/cost.md.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeCostPage } from './cost-page.js';
import { keepResult, type KeptResult } from './kept-results.js';
import { machineText, thisMachine } from './machine.js';
import { boundText, commandOf, holds } from './row.js';
import { rowGroups } from './rows/row-groups.js';
import { textTable } from './text-table.js';
import { restartWithAllocator } from './with-allocator.js';

restartWithAllocator();

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, keep: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !rowGroups.some((group) => group.name === name));
if (unknown.length > 0) {
  console.error(`unknown row "${unknown[0]}"; there are: ${rowGroups.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = rowGroups.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const machine = await thisMachine();
const results: KeptResult[] = [];
for (const group of chosen) {
  console.error(`measuring ${group.name} …`);
  const result = { group: group.name, machine, rows: await group.measure() };
  results.push(result);
  // A row that was skipped here may have been measured elsewhere.
  if (values.keep && result.rows.every((row) => !('skipped' in row))) await keepResult(result);
}
const lines = results.flatMap(({ group, rows }) =>
  rows.map((row) => {
    const asked = boundText(row.asked);
    if ('skipped' in row) return [row.what, 'skipped', asked, row.skipped, commandOf(group)];
    const verdict = holds(row.measured, row.asked) ? asked : `${asked} MISSED`;
    return [row.what, row.measured.toPrecision(3), verdict, row.detail, commandOf(group)];
  }),
);
console.log(machineText(machine));
console.log(textTable(['what', 'ratio', 'asked', 'from', 'repeat with'], lines, 56));
if (values.keep) await writeCostPage();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
const missed = results.some(({ rows }) => rows.some((row) => !('skipped' in row) && !holds(row.measured, row.asked)));
process.exitCode = missed ? 1 : 0;
