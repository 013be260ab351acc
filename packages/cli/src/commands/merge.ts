import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { adapterBase, mergeAdapter } from '@profit-sft/models';
import { openTokenizer } from '@profit-sft/tokenizers';
import type { CommandContext } from '../command-line/program.js';
import { printable } from '../terminal/terminal.js';

export interface MergeArguments {
  readonly adapter: string;
  /** The base model's directory. */
  readonly model?: string;
  readonly out: string;
  readonly dtype: 'F32' | 'F16' | 'BF16';
  readonly json?: boolean;
}

/** What `profit merge --json` prints. */
export interface MergeResult {
  /** The output directory. */
  readonly directory: string;
  readonly base: string;
  readonly dtype: MergeArguments['dtype'];
}

async function assertEmpty(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new OutputError(directory, `cannot be used (${error.code ?? error.message})`, { cause: error });
  });
  if (names.length > 0) throw new OutputError(directory, 'is not empty; choose another with --out');
}

/** Writes a base model with an adapter added to its weights, and the tokenizer: the adapter's own, else the base's, where there is one. */
export async function runMerge(options: MergeArguments, { terminal }: CommandContext): Promise<void> {
  const { adapter, out, dtype, json } = options;
  await assertEmpty(out);
  const base = await adapterBase(adapter, options.model);
  terminal.error.write(`merging ${printable(adapter)} into ${printable(base)}\n`);
  await mergeAdapter(adapter, out, { base, dtype });
  for (const directory of [adapter, base]) {
    const found = await stat(join(directory, 'tokenizer.json')).catch(() => undefined);
    if (found === undefined) continue;
    await mkdir(out, { recursive: true });
    await (await openTokenizer(directory)).save(out);
    break;
  }
  const result: MergeResult = { directory: out, base, dtype };
  if (json === true) terminal.out.write(`${JSON.stringify(result)}\n`);
  else terminal.error.write(`wrote ${printable(out)}, ${dtype}\n`);
}
