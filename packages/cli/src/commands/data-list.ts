import { catalogue, type CatalogueEntry } from '@profit-sft/hub';
import type { CommandContext } from '../command-line/program.js';

/** Lists the data sets of the Hub that have a short name. */
export function runDataList({ json }: { json?: boolean }, { terminal }: CommandContext): void {
  const entries: readonly CatalogueEntry[] = catalogue;
  if (json === true) {
    terminal.out.write(`${JSON.stringify(entries)}\n`);
    return;
  }
  const section = (use: CatalogueEntry['use']): string =>
    entries
      .filter((entry) => entry.use === use)
      .map(({ name, repository, config, splits, licence, source, gated, note }) =>
        [
          `  ${name}: ${repository}${config === undefined ? '' : `, config ${config}`}${gated === true ? ', gated' : ''}`,
          `    splits: ${Object.keys(splits).join(', ')}`,
          `    licence: ${licence}`,
          `    source: ${source}`,
          ...(note === undefined ? [] : [`    note: ${note}`]),
        ].join('\n'),
      )
      .join('\n');
  terminal.out.write(`Benchmarks\n${section('benchmark')}\n\nTraining sets\n${section('training')}\n`);
}
