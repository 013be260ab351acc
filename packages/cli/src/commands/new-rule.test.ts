import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, exitCodes, type Registry } from '@profit-sft/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { loadPlugins, withPlugins } from '../configuration/load-plugins.js';
import { builtinRegistry } from '../registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-new-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function profit(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal);
  return { code, out: texts.out, error: texts.error };
}

test('the rule that is written can be used by its path at once', async () => {
  const directory = join(folder, 'gentle');
  const { code, out, error } = await profit(
    'new',
    'rule',
    'gentle',
    '--directory',
    directory,
    '--package',
    '@acme/gentle',
  );
  expect(code, error).toBe(0);
  expect(out).toContain('@acme/gentle: the masking rule "gentle"');
  const plugins = await loadPlugins('./gentle/src/index.ts', join(folder, 'run.json'));
  const registry = withPlugins(builtinRegistry as unknown as Registry, plugins);
  const zeros = new Int32Array(2);
  const logProb = Float32Array.of(0.05, 0.5).map(Math.log);
  const weights = registry
    .masking('gentle', {})
    .weigh(
      { length: 2, logProb, sequence: zeros, position: zeros, tokenId: zeros },
      { step: 1, totalSteps: 1, random: createRandom(0) },
    );
  expect(weights[0]).toBeCloseTo(0.5, 6);
  expect(weights[1]).toBe(1);
});

test('--json says what was written', async () => {
  const directory = join(folder, 'made');
  const { out } = await profit('new', 'rule', 'made', '--directory', directory, '--json');
  const written = JSON.parse(out) as { packageName: string; files: string[] };
  expect(written).toMatchObject({ packageName: 'profit-made', directory });
  for (const file of written.files) expect(existsSync(join(directory, file)), file).toBe(true);
  expect(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))).toMatchObject({ name: 'profit-made' });
});

test('a directory that is in use is refused with the code of output errors', async () => {
  const { code, error } = await profit('new', 'rule', 'other', '--directory', process.cwd());
  expect(code).toBe(exitCodes.output);
  expect(error).toMatch(/^profit: .* is not empty/);
});

test('a name that is none is refused with the code of configuration errors', async () => {
  const { code, error } = await profit('new', 'rule', 'MyRule', '--directory', join(folder, 'x'));
  expect(code).toBe(exitCodes.config);
  expect(error).toContain('Did you mean "my-rule"?');
  expect(existsSync(join(folder, 'x'))).toBe(false);
});
