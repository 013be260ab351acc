import type { CardConfiguration, RowColumns } from '@profit-sft/datasets';

/** A data set of the Hub that is known by a short name. */
export interface CatalogueEntry {
  readonly name: string;
  readonly repository: string;
  /** Where the data are, if not on `main`. No commit: the first pull records what it meant. */
  readonly revision?: string;
  readonly config?: string;
  /** The files of each split, as globs. */
  readonly splits: Readonly<Record<string, string>>;
  /** The split that its paper trains or reports on. */
  readonly mainSplit: string;
  /** How a record becomes a row; `undefined` where it does not without an evaluator, for the reason in `note`. */
  readonly columns?: RowColumns;
  readonly groupBy?: string;
  readonly use: 'benchmark' | 'training';
  /** As its card states it, from memory or a stored copy of the card; the card in the repository is what counts. */
  readonly licence: string;
  readonly source: string;
  /** Its terms have to be accepted on its page, and `HF_TOKEN` set. */
  readonly gated?: true;
  readonly note?: string;
}

/** The splits of an entry, in the form in which a card declares them. */
export function entryConfigurations({ config = 'default', splits }: CatalogueEntry): CardConfiguration[] {
  return [
    {
      name: config,
      isDefault: true,
      splits: Object.entries(splits).map(([name, pattern]) => ({ name, patterns: [pattern] })),
    },
  ];
}
