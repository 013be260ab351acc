import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installedFiles } from './installed-size.js';

test('sizes are summed and machine code is found by its first bytes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'profit-sizes-'));
  try {
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'a.js'), '12345');
    await writeFile(join(folder, 'deep', 'empty'), '');
    expect(await installedFiles(folder)).toEqual({ bytes: 5, native: [] });
    await writeFile(join(folder, 'deep', 'addon.node'), Buffer.from('7f454c4602', 'hex'));
    expect(await installedFiles(folder)).toEqual({ bytes: 10, native: [join(folder, 'deep', 'addon.node')] });
  } finally {
    await rm(folder, { recursive: true });
  }
});
