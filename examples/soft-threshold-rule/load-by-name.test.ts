/** The configuration names the rule by its package, as npm installs it: built, with `@profit-sft/core` left to the command. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtinRegistry, loadRunConfig } from '@profit-sft/cli';
import { createRandom, type Registry } from '@profit-sft/core';
import { tokenSignals } from '@profit-sft/testing';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, test } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
// Outside of this repository, whose own folders would be found else.
const folder = mkdtempSync(join(tmpdir(), 'profit-example-'));
const configuration = join(folder, 'run.json');

beforeAll(async () => {
  const installed = join(folder, 'node_modules', '@acme', 'profit-soft-threshold');
  await mkdir(installed, { recursive: true });
  await cp(join(here, 'package.json'), join(installed, 'package.json'));
  copyFileSync(join(here, 'run.json'), configuration);
  await build({
    entry: [join(here, 'src', 'index.ts')],
    outDir: join(installed, 'dist'),
    config: false,
    format: ['esm'],
    external: ['@profit-sft/core'],
    silent: true,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the rule is found by its package’s name, and takes its options from the configuration', async () => {
  const registry = builtinRegistry as unknown as Registry;
  const loaded = await loadRunConfig(configuration, [], registry);
  expect(loaded.masking).toEqual({ name: 'soft-threshold', options: { threshold: 0.5 } });
  const rule = loaded.registry.masking(loaded.masking.name, loaded.masking.options);
  const signals = tokenSignals({ probabilities: [0.05, 0.25, 0.5, 0.9] });
  const weights = rule.weigh(signals, { step: 1, totalSteps: 20, random: createRandom(1) });
  [0.1, 0.5, 1, 1].forEach((weight, token) => expect(weights[token]).toBeCloseTo(weight, 6));
});

test('a wrong option is refused by name', async () => {
  const registry = builtinRegistry as unknown as Registry;
  const loaded = await loadRunConfig(configuration, ['masking.threshold=2'], registry);
  expect(() => loaded.registry.masking(loaded.masking.name, loaded.masking.options)).toThrow(
    'masking rule "soft-threshold": threshold: expected number in (0, 1], got 2',
  );
});
