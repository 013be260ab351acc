/**
 * npx tsx --conditions=@profit-sft/source tools/docs/write-outputs.ts: runs the commands of docs/authoring-a-rule.md as the
 * page gives them and writes what they print into it. Needs the demo's model and data (npm run demo).
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { codeBlocks, repository } from './markdown-files.js';

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** The part of what a command prints that the page shows. */
const excerpts: Readonly<Record<string, (printed: Printed) => string>> = {
  inspect: ({ stdout }) => stdout.trim(),
  'inspect json': ({ stdout }) => {
    const { rows } = JSON.parse(stdout) as { rows: { tokens: { text: string; target: boolean }[] }[] };
    const targets = rows[0].tokens.filter(({ target }) => target);
    const sign = targets.findIndex(({ text }) => text === ' =');
    const shown = targets.slice(sign - 3, sign + 1).map((token) => JSON.stringify(token));
    return shown.join('\n');
  },
  train: ({ stderr }) => stderr.slice(stderr.lastIndexOf('\nstatus ')).trim(),
  new: ({ stdout }) => stdout.trim(),
};

const path = join(repository, 'docs', 'authoring-a-rule.md');
const profit = join(repository, 'packages', 'cli', 'bin', 'profit.js');
let page = await readFile(path, 'utf8');

const folder = await mkdtemp(join(tmpdir(), 'profit-outputs-'));
try {
  await mkdir(join(folder, 'my-run'));
  await symlink(join(repository, 'examples'), join(folder, 'examples'));
  const files: Readonly<Record<string, string>> = {
    'soft-threshold.ts': codeBlocks(page, 'ts')[0],
    'one.jsonl': codeBlocks(page, 'text')[0],
    'soft.json': codeBlocks(page, 'json')[0],
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'my-run', name), content);

  for (const [name, excerpt] of Object.entries(excerpts)) {
    const start = `<!-- output: ${name} -->`;
    if (!page.includes(start)) throw new Error(`the page has no "${start}"`);
    const at = page.indexOf(start) + start.length;
    const end = page.indexOf('<!-- end of output -->', at);
    const command = codeBlocks(page.slice(0, at), 'sh')
      .at(-1)
      ?.replace('npx profit', `"${process.execPath}" "${profit}"`);
    const printed = await promisify(execFile)('sh', ['-c', command ?? ''], { cwd: folder, maxBuffer: 2 ** 26 });
    const text = excerpt(printed).replaceAll(folder, '…');
    page = `${page.slice(0, at)}\n\n\`\`\`text\n${text}\n\`\`\`\n\n${page.slice(end)}`;
  }
} finally {
  await rm(folder, { recursive: true });
}
await writeFile(path, await format(page, { ...(await resolveConfig(path)), filepath: path }));
