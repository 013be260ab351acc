import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileExample, emptyProject, typeResolutions, type TypeResolution } from './empty-project.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profit-compile-'));
  await emptyProject(folder, '');
});
afterEach(() => rm(folder, { recursive: true }));

/** A package in the project, with types alone. */
async function installed(name: string, types: string): Promise<void> {
  const place = join(folder, 'node_modules', name);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'package.json'), JSON.stringify({ name, type: 'module', types: './index.d.ts' }));
  await writeFile(join(place, 'index.d.ts'), types);
}

const ofBrowsers = 'export declare const picture: ImageData;\nexport declare const size: number;\n';
const uses = (name: string): string => `import { size } from '${name}';\nconsole.log(size + 1);\n`;

test.each(Object.keys(typeResolutions) as TypeResolution[])('an example that is fine is written, %s', async (way) => {
  await installed('foreign', ofBrowsers);
  await writeFile(join(folder, 'example.ts'), uses('foreign'));
  await compileExample(folder, way);
  expect(existsSync(join(folder, 'example.js'))).toBe(true);
});

test('what our own types lack is told', async () => {
  await installed('@profit-sft/own', ofBrowsers);
  await writeFile(join(folder, 'example.ts'), uses('@profit-sft/own'));
  await expect(compileExample(folder, 'node16')).rejects.toThrow(/own\/index\.d\.ts\(1,31\).*'ImageData'/);
});

test('what is wrong in the example is told', async () => {
  await writeFile(join(folder, 'example.ts'), "const size: number = 'large';\nconsole.log(size);\n");
  await expect(compileExample(folder, 'bundler')).rejects.toThrow('example.ts(1,7): error TS2322');
});
