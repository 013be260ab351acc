import { InvalidConfigError, type AdapterSettings } from '@profit-sft/core';
import {
  adapterParameters,
  adapterScale,
  adapterTargets,
  initialAdapterWeights,
  openAdapter,
  type Adapter,
  type AdapterConfig,
  type LayerAdapters,
  type ModelConfig,
} from '@profit-sft/models';

/** An adapter that is about to be trained. */
export interface ResolvedAdapter {
  readonly adapters: LayerAdapters;
  /** What is saved with it. */
  readonly saved: Omit<AdapterConfig, 'targetModules'>;
  /** First weights of the parameter of `adapterParameters` of this name. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * What settings mean for a base: a new adapter, or one to go on with. `baseDirectory` is what a saved adapter names.
 * @throws InvalidConfigError for a target that the base lacks, and for a setting that differs from the adapter's that is gone on with
 * @throws InvalidModelError for an adapter of another base
 */
export async function resolveAdapter(
  base: ModelConfig,
  baseDirectory: string,
  settings: AdapterSettings,
): Promise<ResolvedAdapter> {
  const { from, seed = 0 } = settings;
  const opened = from === undefined ? undefined : await openAdapter(from, base);
  try {
    const given = opened?.config ?? { rank: 8, alpha: 8, rankStabilised: false, dropout: 0 };
    const { rank = given.rank, alpha = given.alpha, rslora = given.rankStabilised, dropout = given.dropout } = settings;
    const targets =
      opened === undefined || settings.targets !== undefined
        ? adapterTargets(base, settings.targets)
        : [...opened.targets];
    if (opened !== undefined) refuseDifferences(opened, { rank, alpha, rslora, targets });
    if (dropout >= 1) {
      throw new InvalidConfigError('adapter', [{ path: 'dropout', message: `is ${dropout}; expected less than 1` }]);
    }
    const saved = { base: baseDirectory, rank, alpha, rankStabilised: rslora, dropout };
    const adapters = { rank, scale: adapterScale(saved), targets, dropout, seed };
    const shapes = new Map(adapterParameters({ ...base, adapters }).map(({ name, shape }) => [name, shape]));
    return {
      adapters,
      saved,
      read: (name) =>
        opened?.read(name) ?? Promise.resolve(initialAdapterWeights(name, shapes.get(name) as readonly number[], seed)),
      close: async () => opened?.close(),
    };
  } catch (error) {
    await opened?.close();
    throw error;
  }
}

function refuseDifferences(
  { directory, config, targets }: Adapter,
  asked: {
    readonly rank: number;
    readonly alpha: number;
    readonly rslora: boolean;
    readonly targets: readonly string[];
  },
): void {
  const has = { rank: config.rank, alpha: config.alpha, rslora: config.rankStabilised, targets };
  const shown = (value: unknown): string => JSON.stringify(value);
  const issues = (['rank', 'alpha', 'rslora', 'targets'] as const)
    .filter((key) => shown(has[key]) !== shown(asked[key]))
    .map((path) => ({
      path,
      message: `is ${shown(asked[path])}, but the adapter in ${directory} has ${shown(has[path])}; leave it out`,
    }));
  if (issues.length > 0) throw new InvalidConfigError('adapter', issues);
}
