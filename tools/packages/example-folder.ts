import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './published-packages.js';

const rows = Array.from({ length: 8 }, (_, i) => ({
  prompt: `Question: What is ${i + 2} + 2?`,
  completion: `Answer: ${i + 4}`,
}));

/** Puts into a folder what examples find in theirs: `base-model` (the demo's), `train.jsonl`, `eval.jsonl`, `run.json`. */
export async function fillExampleFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(join(repository, 'examples', 'word-problems', 'model'), join(folder, 'base-model'), { recursive: true });
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  await writeFile(join(folder, 'train.jsonl'), lines.join(''));
  await writeFile(join(folder, 'eval.jsonl'), lines.slice(0, 2).join(''));
  const data = { train: 'train.jsonl', eval: 'eval.jsonl' };
  const run = { model: 'base-model', data, masking: 'profit', steps: 2, batchSize: 2 };
  await writeFile(join(folder, 'run.json'), JSON.stringify(run));
}
