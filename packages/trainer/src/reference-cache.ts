import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWith, schema, type ModelSignalName } from '@profit-sft/core';
import { writeFileAtomically } from '@profit-sft/durable-files';

/** Signals of every scored token of a data set, one sequence behind the other. */
export type CachedSignals = { readonly [K in ModelSignalName]?: Float32Array };

/** What cached scores depend on. */
export interface CacheKey {
  readonly model: string;
  /** Hash of the tokenised data. */
  readonly data: string;
  readonly signals: readonly ModelSignalName[];
}

const formatVersion = 1;
const headerSchema = schema.object({
  format: schema.integer(),
  tokens: schema.integer({ minimum: 0 }),
  signals: schema.array(schema.string()),
  sha256: schema.string(),
});

export function cacheFile(directory: string, { model, data, signals }: CacheKey): string {
  const key = JSON.stringify([formatVersion, model, data, [...signals].sort()]);
  return join(directory, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.scores`);
}

function bytesOf(array: Float32Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** A line of JSON, then the signals as little-endian float32 in the order of the line. */
export function writeCache(directory: string, key: CacheKey, cached: CachedSignals): void {
  mkdirSync(directory, { recursive: true });
  const arrays = key.signals.map((name) => cached[name] as Float32Array);
  const body = Buffer.concat(arrays.map(bytesOf));
  const header = {
    format: formatVersion,
    tokens: arrays[0]?.length ?? 0,
    signals: key.signals,
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  writeFileAtomically(cacheFile(directory, key), Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]));
}

/** The cached signals, or undefined when there are none or the file is not what was written: then they are computed again. */
export function readCache(directory: string, key: CacheKey, tokens: number): CachedSignals | undefined {
  try {
    const content = readFileSync(cacheFile(directory, key));
    const end = content.indexOf(0x0a);
    const header = parseWith(headerSchema, JSON.parse(content.toString('utf8', 0, end)), 'cache');
    const body = content.subarray(end + 1);
    const fits =
      header.format === formatVersion &&
      header.tokens === tokens &&
      header.signals.join() === key.signals.join() &&
      body.length === 4 * tokens * key.signals.length &&
      createHash('sha256').update(body).digest('hex') === header.sha256;
    if (!fits) return undefined;
    return Object.fromEntries(
      key.signals.map((name, index) => {
        const copy = Uint8Array.prototype.slice.call(body, 4 * tokens * index, 4 * tokens * (index + 1));
        return [name, new Float32Array(copy.buffer)];
      }),
    );
  } catch {
    return undefined;
  }
}
