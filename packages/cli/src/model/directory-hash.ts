import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InvalidModelError } from '@profit-sft/core';
import { locateModel } from '@profit-sft/models';

/** What lies beside a model and is none of it: notes, and records such as the answers that are hashed for. */
const besideModel = /\.(?:jsonl|md|log)$/;

/** The files of a model directory in the order of their names; hidden ones, such as a download cache, left out. */
async function filesBelow(directory: string): Promise<string[]> {
  const paths = (await readdir(directory, { recursive: true }))
    .filter((path) => !besideModel.test(path) && !path.split(sep).some((part) => part.startsWith('.')))
    .sort();
  const files: string[] = [];
  // By what a link leads to: the Hub's cache holds models as links.
  for (const path of paths) if ((await stat(join(directory, path))).isFile()) files.push(join(directory, path));
  return files;
}

/**
 * A hash of every file of a model directory but notes and records, of an adapter also of its base: equal weights, tokenizer and configuration, equal
 * hash, wherever they lie. It reads the weights once.
 *
 * @throws InvalidModelError when the directory cannot be read
 */
export async function modelHash(directory: string, base?: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    const { model, adapter } = await locateModel(directory, base);
    for (const root of adapter === undefined ? [model] : [model, adapter]) {
      for (const file of await filesBelow(root)) {
        const content = createHash('sha256');
        await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), content);
        hash.update(`${relative(root, file).split(sep).join('/')}\n${content.digest('hex')}\n`);
      }
      hash.update('\n');
    }
  } catch (cause) {
    if (InvalidModelError.isInstance(cause)) throw cause;
    throw new InvalidModelError(directory, `cannot be read: ${(cause as Error).message}`, { cause });
  }
  return hash.digest('hex');
}
