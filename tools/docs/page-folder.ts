import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateProblems } from '../../examples/word-problems/generator/problems.js';
import { toRow } from '../../examples/word-problems/generator/rows.js';
import { fillExampleFolder } from '../packages/example-folder.js';
import { codeBlocks, repository, type MarkdownFile } from './markdown-files.js';

function problems(count: number, split: 'train' | 'held-out'): string {
  const rows = generateProblems({ seed: 1, count, split }).map(toRow);
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/**
 * Puts into a folder what the commands of a page find: a clone's `examples` after `npm run demo`, with fewer problems; the data and
 * models that pages call `train.jsonl`, `models/base` and so on; and the files that the page itself gives.
 */
export async function fillPageFolder(folder: string, { path, text }: MarkdownFile): Promise<void> {
  await fillExampleFolder(folder);
  const example = join(folder, 'examples', 'word-problems');
  await mkdir(join(example, 'out'), { recursive: true });
  for (const name of ['model', 'studies', 'generator']) {
    await symlink(join(repository, 'examples', 'word-problems', name), join(example, name));
  }
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  for (const file of ['examples/word-problems/out/train.jsonl', 'train.jsonl']) {
    await writeFile(join(folder, file), problems(8, 'train'));
  }
  for (const file of ['examples/word-problems/out/held-out.jsonl', 'eval.jsonl', 'test.jsonl']) {
    await writeFile(join(folder, file), problems(2, 'held-out'));
  }
  const model = join(repository, 'examples', 'word-problems', 'model');
  for (const name of [
    'models/base',
    'models/reference',
    'model',
    ...(text.includes('profit train') ? [] : ['runs/first/model']),
  ]) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await symlink(model, join(folder, name));
  }

  const [json = ''] = codeBlocks(text, 'json');
  await mkdir(join(folder, 'my-run'));
  if (path === 'docs/authoring-a-rule.md') {
    await writeFile(join(folder, 'my-run', 'soft-threshold.ts'), codeBlocks(text, 'ts')[0]);
    await writeFile(join(folder, 'my-run', 'one.jsonl'), codeBlocks(text, 'text')[0]);
    await writeFile(join(folder, 'my-run', 'soft.json'), json);
  } else if (json.includes('"model":')) {
    await writeFile(join(folder, json.includes('../examples') ? 'my-run/run.json' : 'run.json'), json);
  }
  const ablation = { run: 'run.json', axes: { seed: [0, 1] } };
  await writeFile(join(folder, 'ablation.json'), json.includes('"axes":') ? json : JSON.stringify(ablation));
}
