import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { withGenerated } from '../docs/with-generated.js';
import { repository } from '../docs/markdown-files.js';
import { code, markdownTable } from '../docs/markdown-table.js';
import { readBaseline } from './baseline.js';
import { keptResults } from './kept-results.js';
import { machineText } from './machine.js';
import { boundText, commandOf } from './row.js';
import { rowGroups } from './rows/row-groups.js';
import { measuredShapes } from './shapes.js';

const path = join(repository, 'docs', 'cost.md');

export function readCostPage(): string {
  return readFileSync(path, 'utf8');
}

/** The page with its tables made from the kept figures, formatted as `npm run format` would. */
export async function wantedCostPage(): Promise<string> {
  const page = withGenerated(readCostPage(), { counted: countedTable(), measured: measuredTable() });
  return format(page, { ...(await resolveConfig(path)), filepath: path });
}

export async function writeCostPage(): Promise<void> {
  await writeFile(path, await wantedCostPage());
}

function countedTable(): string {
  const baseline = readBaseline();
  const rows = Object.entries(measuredShapes).flatMap(([name, { label }]) =>
    ['sft', 'profit 30 %'].map((rule) => {
      const { figures } = baseline[`${name}, step, ${rule}`];
      const operations = figures['floating-point operations of products'];
      const bytes = figures['bytes moved between products'];
      return [`${label}, ${rule}`, (operations / 1e9).toFixed(0), (bytes / 1e9).toFixed(1)];
    }),
  );
  return markdownTable(['a step', 'GFLOP of products', 'GB moved between products'], rows);
}

/** Every row of `npm run bench`; one that nobody has measured and kept says so. */
function measuredTable(): string {
  const results = keptResults();
  const machines = [...new Set([...results.values()].map(({ machine }) => machineText(machine)))];
  const rows = rowGroups.flatMap((group) => {
    const command = code(commandOf(group.name));
    const kept = results.get(group.name);
    if (kept === undefined) return [[group.title, 'not yet measured', '', '', command]];
    const machine = machines.length > 1 ? ` [${1 + machines.indexOf(machineText(kept.machine))}]` : '';
    return kept.rows.map((row) => [
      row.what,
      'skipped' in row ? 'not yet measured' : row.measured.toPrecision(3),
      boundText(row.asked),
      'skipped' in row ? '' : row.detail + machine,
      command,
    ]);
  });
  const where = machines.map((text, index) => (machines.length > 1 ? `[${1 + index}] ${text}` : text));
  return [markdownTable(['what', 'ratio', 'asked', 'from', 'repeat with'], rows), ...where].join('\n\n');
}
