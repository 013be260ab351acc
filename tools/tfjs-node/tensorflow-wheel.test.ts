import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeHeaders, stageTensorFlow } from './tensorflow-wheel.js';

test('the linker’s names lead to the libraries of the wheel', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'profit-wheel-'));
  const [wheel, dependencies] = [join(folder, 'wheel'), join(folder, 'package/deps')];
  const header = 'include/tensorflow/c/c_api.h';
  await mkdir(join(wheel, 'tensorflow/include/tensorflow/c'), { recursive: true });
  await mkdir(join(dependencies, 'lib'), { recursive: true });
  await writeFile(join(dependencies, 'lib/libtensorflow.so'), 'of an earlier build');
  await writeFile(join(wheel, 'tensorflow', header), '');
  await writeFile(join(wheel, 'tensorflow/libtensorflow_cc.so.2'), 'C and C++');
  await writeFile(join(wheel, 'tensorflow/libtensorflow_framework.so.2'), 'framework');

  await stageTensorFlow(wheel, dependencies);
  // The build may be moved to another folder: the links are relative.
  await rm(wheel, { recursive: true });
  expect(await readFile(join(dependencies, 'lib/libtensorflow.so'), 'utf8')).toBe('C and C++');
  expect(await readFile(join(dependencies, 'lib/libtensorflow_framework.so'), 'utf8')).toBe('framework');
  expect(existsSync(join(dependencies, header))).toBe(true);
  await removeHeaders(dependencies);
  expect(existsSync(join(dependencies, header))).toBe(false);
  await rm(folder, { recursive: true });
});
