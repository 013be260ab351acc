import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { OutputError, parseJson } from '@profit-sft/core';

export function defaultCacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CACHE_HOME: configured } = environment;
  const caches = configured === undefined || configured === '' ? join(homedir(), '.cache') : configured;
  return join(caches, 'profit-sft', 'judge');
}

/** Answers on the disk, one file each, by the hash of what was asked. No key is ever part of either. */
export class AnswerCache {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Where the answer to a request lies. */
  path(request: unknown): string {
    const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
    return join(this.#directory, hash.slice(0, 2), `${hash}.json`);
  }

  /** The answer; undefined where there is none, or only the ruin of one. */
  async read(path: string): Promise<string | undefined> {
    try {
      const { answer } = parseJson(await readFile(path, 'utf8')) as { answer?: unknown };
      return typeof answer === 'string' ? answer : undefined;
    } catch {
      return undefined;
    }
  }

  /** @throws OutputError when it cannot be written */
  async write(path: string, answer: string): Promise<void> {
    // Renamed into place, so that no other process reads half of it.
    const partial = `${path}.${randomUUID()}.partial`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(partial, JSON.stringify({ answer }));
      await rename(partial, path);
    } catch (cause) {
      throw new OutputError(this.#directory, `the judge's answers cannot be kept (${(cause as Error).message})`, {
        cause,
      });
    }
  }
}
