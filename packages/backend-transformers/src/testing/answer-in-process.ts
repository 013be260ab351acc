import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { TokenizerAnswers, TokenizerQuestions } from './tokenizer-answers.js';

/**
 * What tokenizers say by the Transformers.js of an installation, in a process of its own: two of them, with their runtimes, do not fit in
 * one. The message for a tokenizer that does not open.
 */
export async function answerInProcess(
  installation: string,
  questions: readonly TokenizerQuestions[],
): Promise<(TokenizerAnswers | string)[]> {
  const folder = await mkdtemp(join(tmpdir(), 'profit-answers-'));
  try {
    const file = join(folder, 'questions.json');
    await writeFile(file, JSON.stringify({ installation, questions }));
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href;
    const script = fileURLToPath(new URL('answer-questions.ts', import.meta.url));
    const args = ['--conditions=@profit-sft/source', '--import', loader, script, file];
    await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
    return JSON.parse(await readFile(`${file}.answers`, 'utf8')) as (TokenizerAnswers | string)[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
