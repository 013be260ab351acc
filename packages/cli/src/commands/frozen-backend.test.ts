/** A backend that does not train: refused for training, taken for a reference model, evaluation and generation. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSafetensors } from '@profit-sft/models';
import { runProfit } from '../command-line/run-profit.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';

let folder: string;
const at = (name: string): string => join(folder, name);

async function profit(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal, inProcessRegistry);
  return { code, out: texts.out, error: texts.error };
}

async function succeeds(...args: string[]): Promise<string> {
  const { code, out, error } = await profit(...args);
  expect(code, error).toBe(0);
  return out;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-frozen-'));
  mkdirSync(at('empty'));
  await writeTinyModel(at('model'));
  writeFileSync(at('train.jsonl'), sums(0, 24));
  writeFileSync(at('eval.jsonl'), sums(40, 8));
  const run = {
    model: 'model',
    masking: { name: 'rho-1' },
    reference: { model: 'other/model', cache: 'cache' },
    data: { train: 'train.jsonl', eval: 'eval.jsonl' },
    ...{ steps: 3, batchSize: 8, learningRate: 0.01, seed: 1 },
  };
  writeFileSync(at('run.json'), JSON.stringify(run));
  // A reference that differs from the model: rules rank tokens by the difference.
  await succeeds('train', at('run.json'), '--set', 'masking=sft', '--out', at('other'), '--json');
  await succeeds('export', '--model', at('model'), '--format', 'onnx', '--out', at('exported'));
  await succeeds('export', '--model', at('other/model'), '--format', 'onnx', '--out', at('other-exported'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('training with it is refused by name before anything is read', async () => {
  writeFileSync(
    at('nothing.json'),
    JSON.stringify({ model: 'nowhere', data: { train: 'nowhere' }, backend: 'transformers' }),
  );
  const { code, error } = await profit('train', at('nothing.json'), '--out', at('never'));
  expect(code).toBe(2);
  expect(error).toContain(
    'backend: "transformers" does not train. Take onnxruntime; "transformers" may run the reference model: reference.backend',
  );
  expect(existsSync(at('never'))).toBe(false);
});

test('a reference’s backend is checked as every plugin is', async () => {
  const train = (setting: string) => profit('train', at('run.json'), '--set', setting, '--out', at('never'));
  const unknown = await train('reference.backend=transformer');
  expect([unknown.code, unknown.error]).toEqual([2, expect.stringContaining('Did you mean "transformers"?')]);
  const wrong = await train('reference.backend={"name":"transformers","threads":1}');
  expect([wrong.code, wrong.error]).toEqual([2, expect.stringContaining('threads')]);
  expect(existsSync(at('never'))).toBe(false);
});

test('a missing Transformers.js is exit code 7 and says what to install', async () => {
  const backend = JSON.stringify({ name: 'transformers', installation: at('empty') });
  const { code, error } = await profit('generate', '--model', at('exported'), '--prompt', '1+1=', '--backend', backend);
  expect(code).toBe(7);
  expect(error).toContain('Install it with: npm install --ignore-scripts @huggingface/transformers');
});

test('it does not count as a runtime that trains', async () => {
  const { code, out } = await profit('doctor', '--json');
  expect(code).toBe(0);
  const { runtimes } = JSON.parse(out) as { runtimes: { backend: string; name: string; trains?: false }[] };
  expect(runtimes.filter(({ trains }) => trains === false).map(({ name }) => name)).toEqual([
    'transformers @huggingface/transformers',
    'transformers @xenova/transformers',
  ]);
  const { terminal } = recordedTerminal();
  const frozen = inProcessRegistry.plugins.backends.filter(({ trains }) => trains === false);
  const health = [{ name: 'x', works: true, detail: 'made' }];
  const backends = frozen.map((plugin) => Object.assign(() => plugin(), plugin, { diagnose: async () => health }));
  const registry = { ...inProcessRegistry, plugins: { ...inProcessRegistry.plugins, backends } };
  expect(await runProfit(['doctor'], terminal, registry as unknown as typeof inProcessRegistry)).toBe(7);
});

const folders = (process.env.PROFIT_TRANSFORMERS_JS ?? '').split(delimiter).filter((name) => name !== '');
const missing = folders.length === 0 ? ' (skipped where PROFIT_TRANSFORMERS_JS is absent)' : '';

describe.skipIf(folders.length === 0).each(folders.length === 0 ? [''] : folders)(
  `Transformers.js in %s${missing}`,
  (installation) => {
    const backend = JSON.stringify({ name: 'transformers', installation });
    /** `args` with the model, and with its export by Transformers.js. */
    const both = async (args: string[]): Promise<[string, string]> => {
      const all = [...args, '--json'];
      return [
        await succeeds(...all, '--model', at('model')),
        await succeeds(...all, '--model', at('exported'), '--backend', backend),
      ];
    };

    test.each([
      ['rho-1', 'cached'],
      ['asft', 'online'],
      ['prift', 'online'],
    ])('%s trains with a %s reference as with one of ours', async (rule, mode) => {
      const weights: Float32Array[] = [];
      for (const settings of [
        [],
        ['--set', 'reference.model=other-exported', '--set', `reference.backend=${backend}`],
      ]) {
        const out = at(`${rule}-${settings.length}-${folders.indexOf(installation)}`);
        const args = ['--set', `masking={"name":"${rule}"}`, '--set', `reference.mode=${mode}`, ...settings];
        await succeeds('train', at('run.json'), ...args, '--out', out, '--json');
        const file = await openSafetensors(join(out, 'model/model.safetensors'));
        const parts = [...file.tensors.keys()].sort().map((name) => file.readFloat32(name));
        weights.push(Float32Array.from((await Promise.all(parts)).flatMap((part) => [...part])));
        await file.close();
      }
      const [own, theirs] = weights;
      expect(theirs).toHaveLength(own.length);
      expect(Math.max(...own.map((value, index) => Math.abs(value - theirs[index])))).toBeLessThan(2e-5);
    });

    test('eval measures the same', async () => {
      const [own, theirs] = await both(['eval', '--evaluator', 'perplexity', '--data', at('eval.jsonl')]);
      const nll = (out: string): number => (JSON.parse(out) as { metrics: { meanNll: number } }).metrics.meanNll;
      expect(Math.abs(nll(theirs) - nll(own))).toBeLessThan(1e-5);
      const [exact, exactToo] = await both(['eval', '--evaluator', 'exact-match', '--data', at('eval.jsonl')]);
      expect(exactToo).toBe(exact);
    });

    test('generate continues with the same text', async () => {
      for (const options of [[], ['--temperature', '0.9', '--seed', '4', '--top-k', '9']]) {
        const [own, theirs] = await both(['generate', '--prompt', '1+2=', '--max-tokens', '30', ...options]);
        expect(theirs).toBe(own);
      }
    });

    test('inspect takes it, and a reference by another backend', async () => {
      const [own, theirs] = await both(['inspect', '--data', at('eval.jsonl'), '--masking', 'entropy-mask']);
      const weights = (out: string): unknown =>
        (JSON.parse(out) as { rows: { tokens: { id: number; weight?: number }[] }[] }).rows.map(({ tokens }) =>
          tokens.map(({ id, weight }) => [id, weight]),
        );
      expect(weights(theirs)).toEqual(weights(own));
      const rule = ['inspect', '--data', at('eval.jsonl'), '--masking', 'rho-1', '--model', at('model'), '--json'];
      const mixed = await succeeds(...rule, '--reference', at('other-exported'), '--reference-backend', backend);
      expect(weights(mixed)).toEqual(weights(await succeeds(...rule, '--reference', at('other/model'))));
    });
  },
);
