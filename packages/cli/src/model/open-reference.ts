import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InvalidModelError, type Registry } from '@profit-sft/core';
import { openTokenizer } from '@profit-sft/tokenizers';
import type { ReferenceModel } from '@profit-sft/trainer';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';

/** Where scores of reference models are kept from run to run. */
export function defaultReferenceCache(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME: configured } = environment;
  const caches = configured === undefined || configured === '' ? join(homedir(), '.cache') : configured;
  return join(caches, 'profit-sft', 'reference');
}

/** Hash of a model directory's configuration and weights, and of what runs it: what its scores depend on besides the data. */
async function fingerprint(directory: string, { name: backend, options }: ResolvedPlugin): Promise<string> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    throw new InvalidModelError(
      directory,
      `cannot be read (${error.code ?? error.message}); expected a model directory`,
    );
  });
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify([backend, options])}:`);
  const own = names.filter((name) => name === 'config.json' || name.endsWith('.safetensors')).sort();
  const exported = names.includes('onnx') ? await readdir(join(directory, 'onnx')) : [];
  const programs = exported.filter((name) => name.startsWith('model.onnx')).sort();
  for (const name of [...own, ...programs.map((program) => `onnx/${program}`)]) {
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
  return {
    name: directory,
    fingerprint: await fingerprint(directory, backend),
    tokenizer: await openTokenizer(directory),
    mode,
    cacheDirectory: cache ?? defaultReferenceCache(),
    open: () => engine.open(directory),
  };
}
