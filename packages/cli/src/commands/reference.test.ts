/** Rules that need a frozen reference model, from configurations and the command line. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { defaultReferenceCache } from '../model/open-reference.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-reference-'));
  await writeTinyModel(at('model'));
  writeFileSync(at('train.jsonl'), sums(0, 24));
  writeFileSync(at('eval.jsonl'), sums(40, 8));
  const run = {
    model: 'model',
    masking: { name: 'rho-1' },
    reference: { model: 'model', cache: 'cache' },
    data: { train: 'train.jsonl', eval: 'eval.jsonl' },
    ...{ steps: 4, batchSize: 8, learningRate: 0.01, seed: 1 },
  };
  writeFileSync(at('run.json'), JSON.stringify(run));
  writeFileSync(at('without.json'), JSON.stringify({ ...run, reference: undefined }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function profit(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal, inProcessRegistry);
  return { code, out: texts.out, error: texts.error };
}

describe('train', () => {
  test('reads paths of the reference from the configuration’s folder and keeps its scores', async () => {
    const first = await profit('train', at('run.json'), '--out', at('first'), '--json');
    expect(first.code, first.error).toBe(0);
    const kept = readdirSync(at('cache'));
    expect(kept).toHaveLength(1);
    const second = await profit('train', at('run.json'), '--out', at('second'), '--json');
    expect(second.code, second.error).toBe(0);
    expect(readdirSync(at('cache'))).toEqual(kept);
    const weights = (run: string): Buffer => readFileSync(join(at(run), 'model/model.safetensors'));
    expect(weights('second').equals(weights('first'))).toBe(true);
  });

  test.each([
    ['asft', []],
    ['gem', []],
    ['psft', ['--set', 'masking.snapshotSteps=2']],
    ['prift', ['--set', 'masking.signal=mass', '--set', 'reference.mode=online']],
    ['ranktuner', []],
    ['eaft', ['--set', 'masking.topK=5']],
    ['chain', ['--set', 'masking.rules=["trsft",{"name":"entropy-mask","fraction":0.5}]']],
  ])('%s trains', async (rule, settings) => {
    const args = ['--set', `masking={"name":"${rule}"}`, ...settings, '--out', at(`rule-${rule}`), '--json'];
    const { code, out, error } = await profit('train', at('run.json'), ...args);
    expect(code, error).toBe(0);
    const { metrics } = JSON.parse(out) as { metrics: { evalNll: number; keptFraction: number } };
    expect(Number.isFinite(metrics.evalNll)).toBe(true);
    expect(metrics.keptFraction).toBeGreaterThan(0);
  });

  test('without a reference the rule is refused by name and nothing is written', async () => {
    const { code, out, error } = await profit('train', at('without.json'), '--out', at('refused'), '--json');
    expect([code, out]).toEqual([2, '']);
    expect(error).toBe(
      'profit: masking rule "rho-1": needs referenceLogProb of a frozen reference model. Name one with reference.model\n',
    );
    expect(readdirSync(folder)).not.toContain('refused');
  });

  test('a reference that is not there is refused', async () => {
    const args = ['--set', 'reference.model=nowhere', '--out', at('nowhere'), '--json'];
    const { code, error } = await profit('train', at('run.json'), ...args);
    expect(code).toBe(4);
    expect(error).toMatch(/nowhere: cannot be read \(ENOENT\); expected a model directory/);
  });

  test.each([
    ['masking.rules=[]', /masking rule "product": rules/],
    ['masking.rules=["profit","porfit"]', /rules\.1: unknown masking rule "porfit"\. Did you mean "profit"\?/],
    ['masking.rules=["profit",{"name":"dft","normaliser":"kept"}]', /normaliser/],
  ])('a composition with %s is refused', async (setting, message) => {
    const args = ['--set', 'masking={"name":"product"}', '--set', setting, '--out', at('composed')];
    const { code, error } = await profit('train', at('run.json'), ...args);
    expect(code).toBe(2);
    expect(error).toMatch(message);
  });
});

describe('inspect', () => {
  const inspect = (...args: string[]) => profit('inspect', '--model', at('model'), '--data', at('eval.jsonl'), ...args);

  test('takes a reference', async () => {
    const { code, out, error } = await inspect('--masking', 'rho-1', '--reference', at('model'), '--json');
    expect(code, error).toBe(0);
    const { kept, tokens } = JSON.parse(out) as { kept: number; tokens: number };
    expect(kept).toBe(Math.ceil(0.6 * tokens));
  });

  test('prepares a rule on the rows that it shows', async () => {
    const { code, error } = await inspect('--masking', 'eaft-pilot', '--json');
    expect(code, error).toBe(0);
  });

  test('without one the rule is refused', async () => {
    const { code, error } = await inspect('--masking', 'prift');
    expect(code).toBe(2);
    expect(error).toMatch(
      /masking rule "prift": needs referenceLogProb of a frozen reference model\. Name one with --reference/,
    );
  });
});

test('scores are kept in the user’s cache folder', () => {
  expect(defaultReferenceCache({ XDG_CACHE_HOME: '/caches' })).toBe('/caches/profit-sft/reference');
  expect(defaultReferenceCache({ XDG_CACHE_HOME: '' })).toMatch(/\.cache\/profit-sft\/reference$/);
});
