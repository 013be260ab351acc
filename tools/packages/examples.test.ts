import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fillExampleFolder } from './example-folder.js';
import { publishedPackages, repository } from './published-packages.js';
import { missingOutput, readmeExample } from './readme-example.js';
import { runCommand } from './run-command.js';

const tsx = join(repository, 'node_modules', 'tsx', 'dist', 'cli.mjs');
const packages = publishedPackages().map(({ folderName, readme }) => [folderName, readme] as const);

test.concurrent.each(packages)('the example in the README of %s runs', async (_, readme) => {
  const { source, outputs } = readmeExample(readme);
  const folder = await mkdtemp(join(tmpdir(), 'profit-example-'));
  try {
    await fillExampleFolder(folder);
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'example.ts'), source);
    const printed = await runCommand(process.execPath, [tsx, '--conditions=@profit-sft/source', 'example.ts'], {
      cwd: folder,
    });
    expect(printed.trim(), 'an example shows something').not.toBe('');
    expect(missingOutput(outputs, printed), printed).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});
