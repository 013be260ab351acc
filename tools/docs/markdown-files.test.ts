import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRandom, type MaskingPlugin, type TokenSignals } from '@profit-sft/core';
import { loadPlugins } from '@profit-sft/cli';
import { expect, test } from 'vitest';
import { headingAnchors, proseOf } from './heading-anchors.js';
import { codeBlocks, markdownFiles, repository } from './markdown-files.js';

const files = markdownFiles();

test.each(files.map(({ path, text }) => [path, text] as const))('links in %s lead somewhere', (path, text) => {
  const broken = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file, anchor] = target.split('#');
      const full = file === '' ? join(repository, path) : join(repository, dirname(path), file);
      if (!existsSync(full)) return true;
      if (anchor === undefined) return false;
      const page = files.find((other) => join(repository, other.path) === full);
      return page === undefined || !headingAnchors(page.text).has(anchor);
    });
  expect(broken).toEqual([]);
});

test('the rule of docs/authoring-a-rule.md works as the page says', async () => {
  const page = files.find(({ path }) => path === join('docs', 'authoring-a-rule.md'));
  const [source] = codeBlocks(page?.text ?? '', 'ts');
  const folder = await mkdtemp(join(tmpdir(), 'profit-docs-'));
  try {
    await writeFile(join(folder, 'soft-threshold.ts'), source);
    const [plugin] = await loadPlugins('./soft-threshold.ts', join(folder, 'run.json'));
    const rule = (plugin as unknown as MaskingPlugin)({ threshold: 0.5 });
    const logProb = Float32Array.of(0.1, 0.25, 0.5, 0.9).map(Math.log);
    const zeros = new Int32Array(4);
    const signals: TokenSignals = { length: 4, logProb, sequence: zeros, position: zeros, tokenId: zeros };
    const weights = rule.weigh(signals, { step: 1, totalSteps: 1, random: createRandom(0, 'docs') });
    [0.2, 0.5, 1, 1].forEach((weight, token) => expect(weights[token]).toBeCloseTo(weight, 6));
  } finally {
    await rm(folder, { recursive: true });
  }
});
