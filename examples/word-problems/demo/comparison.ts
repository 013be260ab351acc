import type { TableCell, TableColumn } from '@profit-sft/report';
import type { ModelEvaluation } from './evaluate-model.js';
import type { FineTuning } from './fine-tune.js';
import { wilsonInterval } from './wilson-interval.js';

/** One model of the comparison; the base model was not fine-tuned. */
export interface Compared {
  readonly name: string;
  readonly evaluation: ModelEvaluation;
  readonly tuning?: FineTuning;
}

export interface Comparison {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** `before` is the held-out NLL of the base model, which any run has measured. */
export function comparison(models: readonly Compared[]): Comparison {
  const before = models.find(({ tuning }) => tuning !== undefined)?.tuning?.result.metrics.evalNllBefore ?? null;
  return {
    columns: [
      { title: 'model' },
      { title: 'accuracy' },
      { title: '95 % interval' },
      { title: 'right' },
      { title: 'answered' },
      { title: 'held-out NLL', digits: 3 },
      { title: 'tokens kept' },
      { title: 'tokens/s', digits: 0 },
      { title: 'training s', digits: 1 },
      { title: 'generation s', digits: 1 },
    ],
    rows: models.map(({ name, evaluation, tuning }) => {
      const { correct, items, answered, seconds } = evaluation;
      const [low, high] = wilsonInterval(correct, items);
      const metrics = tuning?.result.metrics;
      return [
        name,
        percent(correct / items),
        `${percent(low)} to ${percent(high)}`,
        `${correct}/${items}`,
        `${answered}/${items}`,
        tuning === undefined ? before : (metrics?.evalNll ?? null),
        metrics === undefined ? null : percent(metrics.keptFraction),
        tuning?.tokensPerSecond ?? null,
        tuning?.result.seconds ?? null,
        seconds,
      ];
    }),
  };
}

/** The comparison for a terminal. */
export function comparisonText({ columns, rows }: Comparison): string {
  const shown = (cell: TableCell, digits = 3): string =>
    cell === null ? '-' : typeof cell === 'number' ? cell.toFixed(digits) : cell;
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => row.map((cell, index) => shown(cell, columns[index].digits))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  return lines
    .map((line) =>
      line
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
