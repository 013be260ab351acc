import { firstRecord } from '@profit-sft/datasets';
import {
  checkGate,
  hubSettings,
  pullDataset,
  resolveRequest,
  type CatalogueEntry,
  type PulledDataset,
} from '@profit-sft/hub';
import type { CommandContext } from '../command-line/program.js';
import { shownDuration } from '../terminal/duration.js';
import { printable } from '../terminal/terminal.js';
import { textTable } from '../terminal/text-table.js';
import { shownBytes, transferLine } from '../terminal/transfer-line.js';

export interface DataPullArguments {
  readonly name: string;
  readonly revision?: string;
  readonly config?: string;
  readonly split?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** What `profit data pull --json` prints. */
export interface DataPullResult extends PulledDataset {
  /** Names of the columns, by split. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** What names the set in `data` of a run configuration; none where its records are no rows by themselves. */
  readonly configuration: { readonly train?: object; readonly eval?: object } | null;
  /** What names it for an evaluator, where its rows have no answers to train on. */
  readonly data: object | null;
}

async function columnsOf({ splits }: PulledDataset): Promise<Record<string, string[]>> {
  const columns = splits.map(async ({ name, files }): Promise<[string, string[]]> => {
    const record = await firstRecord(files[0].location);
    return [name, Object.keys((record?.value ?? {}) as object)];
  });
  return Object.fromEntries(await Promise.all(columns));
}

function namesOf(
  { name, config }: DataPullArguments,
  { commit, splits }: PulledDataset,
  entry: CatalogueEntry | undefined,
): Pick<DataPullResult, 'configuration' | 'data'> {
  const isCatalogued = entry !== undefined && (config === undefined || config === entry.config);
  const names = splits.map((split) => split.name);
  const main = isCatalogued && names.includes(entry.mainSplit) ? entry.mainSplit : names[0];
  const reference = (split: string): object => ({
    ...{ name: 'hub', repository: name, revision: commit },
    ...(config === undefined ? {} : { config }),
    split,
  });
  const columns = Object.keys((isCatalogued ? entry.columns : undefined) ?? {});
  const isForEvaluator = isCatalogued && columns.every((column) => column === 'prompt');
  if (isForEvaluator) return { configuration: null, data: reference(main) };
  return { configuration: configurationOf(names, main, reference, entry), data: null };
}

function configurationOf(
  names: readonly string[],
  main: string,
  reference: (split: string) => object,
  entry: CatalogueEntry | undefined,
): DataPullResult['configuration'] {
  // A benchmark's own training split may be trained on; its other splits are for measuring.
  if (entry?.use !== 'benchmark') return { train: reference(main) };
  const train = names.includes('train') && entry.mainSplit !== 'train' ? { train: reference('train') } : {};
  return main === 'train' && entry.mainSplit !== 'train' ? train : { ...train, eval: reference(main) };
}

/** Fetches a data set of the Hub into the cache, says where it is and how a configuration names it. */
export async function runDataPull(options: DataPullArguments, { terminal }: CommandContext): Promise<void> {
  const { request, entry, columns: mapped } = resolveRequest(options);
  const settings = hubSettings({ offline: options.offline === true ? true : undefined });
  if (!settings.offline) checkGate(entry, settings.token);
  const line = transferLine(terminal.error);
  let pulled: PulledDataset;
  try {
    pulled = await pullDataset(request, {
      settings,
      onProgress: ({ path, done, total }) => line.show(printable(path), done, total),
      onRetry: (problem, wait) => {
        line.clear();
        terminal.error.write(`${printable(problem)}; once more in ${shownDuration(wait / 1000)}\n`);
      },
    });
  } finally {
    line.clear();
  }
  const columns = await columnsOf(pulled);
  const { configuration, data } = namesOf(options, pulled, entry);
  if (options.json === true) {
    terminal.out.write(`${JSON.stringify({ ...pulled, columns, configuration, data } satisfies DataPullResult)}\n`);
    return;
  }
  const { error, out } = terminal;
  const { repository, revision, commit, folder, splits, fetched } = pulled;
  error.write(`${repository} at ${revision === commit ? commit : `${revision}, which is ${commit}`}\n`);
  error.write(fetched === 0 ? 'nothing to fetch: all files are in the cache\n' : `fetched ${shownBytes(fetched)}\n`);
  error.write(`hashes checked; files in ${folder}\n`);
  const rows = splits.flatMap(({ name, files }) =>
    files.map(({ path, size, hash }) => [name, shownBytes(size), hash.slice(0, 12), printable(path)]),
  );
  out.write(`${textTable(rows)}\n`);
  for (const [split, names] of Object.entries(columns)) {
    error.write(`columns of ${split}: ${printable(names.join(', '))}\n`);
  }
  if (entry !== undefined) error.write(`licence: ${entry.licence}\n`);
  if (entry?.note !== undefined) error.write(`note: ${entry.note}\n`);
  if (data !== null) {
    error.write('for an evaluator:\n');
    out.write(`--data '${JSON.stringify(data)}'\n`);
  }
  if (configuration === null) return;
  error.write('in a configuration:\n');
  out.write(`"data": ${JSON.stringify(configuration, null, 2)}\n`);
  if (mapped === undefined) {
    error.write('where its columns are not called as in a row, add "columns": see docs/data.md\n');
  }
}
