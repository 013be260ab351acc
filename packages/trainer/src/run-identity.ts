import { createHash } from 'node:crypto';
import {
  InvalidConfigError,
  type Example,
  type Json,
  type MaskingRule,
  type ModelDescription,
  type RunConfig,
} from '@profit-sft/core';
import { eventLoopTurns } from '@profit-sft/datasets';

/** What must be the same for a run to be continued. */
export interface RunIdentity {
  readonly configuration: Json;
  readonly data: { readonly [name: string]: string };
  readonly rule: { readonly name: string; readonly normaliser: string };
  readonly model: { readonly architecture: string; readonly parameters: number };
}

/** Keys that change what is kept on the disk, but no number of the run. */
const exemptKeys: ReadonlySet<string> = new Set(['configuration.checkpointSteps', 'configuration.keepCheckpoints']);

/** Hash of tokenised rows: changes with the data, the tokenizer, its chat template, and the length policy. */
export async function fingerprintExamples(rows: readonly (readonly Example[])[]): Promise<string> {
  const turn = eventLoopTurns();
  const hash = createHash('sha256');
  for (const examples of rows) {
    await turn();
    hash.update(`[${examples.length}]`);
    for (const { tokens, target } of examples) {
      hash.update(`${tokens.length}:`);
      hash.update(Buffer.from(tokens.buffer, tokens.byteOffset, tokens.byteLength));
      hash.update(target);
    }
  }
  return hash.digest('hex');
}

export function runIdentity(
  config: RunConfig,
  data: RunIdentity['data'],
  rule: MaskingRule,
  model: ModelDescription,
): RunIdentity {
  return {
    // Through JSON, because that is how a recorded identity comes back.
    configuration: JSON.parse(JSON.stringify(config)) as Json,
    data,
    rule: { name: rule.name, normaliser: rule.normaliser },
    model: { architecture: model.architecture, parameters: model.parameterCount },
  };
}

function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, entry] of Object.entries(value)) leaves(entry, path === '' ? key : `${path}.${key}`, into);
  } else {
    into.set(path, JSON.stringify(value) ?? 'undefined');
  }
  return into;
}

/**
 * Refuses to continue a run with other settings, data or another rule.
 * @throws InvalidConfigError naming every key that differs, with both values.
 */
export function assertSameRun(recorded: unknown, current: RunIdentity, file: string): void {
  const before = leaves(recorded, '', new Map());
  const now = leaves(current, '', new Map());
  const differing = [...new Set([...before.keys(), ...now.keys()])].filter(
    (path) => before.get(path) !== now.get(path) && !exemptKeys.has(path),
  );
  if (differing.length === 0) return;
  throw new InvalidConfigError(
    `cannot resume: ${file} was written by a different run`,
    differing.map((path) => ({
      path: path.replace(/^configuration\./, ''),
      message: `was ${before.get(path) ?? 'not set'}, is now ${now.get(path) ?? 'not set'}`,
    })),
  );
}
