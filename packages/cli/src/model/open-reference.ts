import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InvalidModelError, type Registry } from '@profit-sft/core';
import { locateModel } from '@profit-sft/models';
import { openTokenizer } from '@profit-sft/tokenizers';
import type { ReferenceModel } from '@profit-sft/trainer';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';
import { assertTakesAdapters } from './open-model.js';

/** Where scores of reference models are kept from run to run. */
export function defaultReferenceCache(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME: configured } = environment;
  const caches = configured === undefined || configured === '' ? join(homedir(), '.cache') : configured;
  return join(caches, 'profit-sft', 'reference');
}

/**
 * Hash of a model directory's configuration and weights, of its base's where it is an adapter, and of what runs it: what its
 * scores depend on besides the data.
 */
async function fingerprint(directory: string, backend: ResolvedPlugin): Promise<string> {
  const { model, adapter } = await locateModel(directory);
  const base = adapter === undefined ? '' : await fingerprint(model, backend);
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    throw new InvalidModelError(
      directory,
      `cannot be read (${error.code ?? error.message}); expected a model directory`,
    );
  });
  const hash = createHash('sha256').update(base);
  hash.update(`${JSON.stringify([backend.name, backend.options])}:`);
  const counts = (name: string): boolean => /^(adapter_)?config\.json$|\.safetensors$/.test(name);
  const exported = names.includes('onnx') ? await readdir(join(directory, 'onnx')) : [];
  const programs = exported.filter((name) => name.startsWith('model.onnx')).sort();
  for (const name of [...names.filter(counts).sort(), ...programs.map((program) => `onnx/${program}`)]) {
    hash.update(`${name}:`);
    await pipeline(createReadStream(join(directory, name)), hash, { end: false });
  }
  return hash.digest('hex');
}

/** The frozen reference model of a run, opened when its scores are needed. */
export async function referenceModel(
  directory: string,
  { mode = 'cached', cache }: { readonly mode?: ReferenceModel['mode']; readonly cache?: string | undefined },
  registry: Registry,
  backend: ResolvedPlugin,
): Promise<ReferenceModel> {
  // Now, so that a name or an option that is wrong is refused before the run begins.
  const engine = registry.backend(backend.name, backend.options);
  const { model, adapter } = await locateModel(directory);
  if (adapter !== undefined) assertTakesAdapters(engine);
  return {
    name: directory,
    fingerprint: await fingerprint(directory, backend),
    // A reference has to have the tokenizer of what is trained, and training changes none.
    tokenizer: await openTokenizer(model),
    mode,
    cacheDirectory: cache ?? defaultReferenceCache(),
    open: () => engine.open(directory),
  };
}
