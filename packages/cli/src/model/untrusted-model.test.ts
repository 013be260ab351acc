/** A model directory as a stranger may have made it: what it holds is read, and nothing of it is run. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';

let folder: string;
const at = (name: string): string => join(folder, name);
/** Written by every file of the model that is run. */
const trace = (): string => at('was-run');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-untrusted-'));
  const template =
    "{{ ''.__class__.__mro__ }}{{ messages.constructor }}{% for m in messages %}{{ '[' + m.role + ']' + m.content }}{% endfor %}";
  await writeTinyModel(at('model'), { chatTemplate: template });
  const change = (name: string, keys: object): void => {
    const file = join(at('model'), name);
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...keys }));
  };
  const code = { AutoConfig: 'evil.EvilConfig', AutoModelForCausalLM: 'evil.Evil', AutoTokenizer: ['evil.Evil', null] };
  change('config.json', {
    auto_map: code,
    trust_remote_code: true,
    plugins: ['./plugin.mjs'],
    masking: './plugin.mjs',
  });
  change('tokenizer_config.json', { auto_map: code, trust_remote_code: true });
  const script = `require('node:fs').writeFileSync(${JSON.stringify(trace())}, __filename);`;
  const module = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(trace())}, import.meta.url);\n`;
  const files = {
    'evil.py': `open(${JSON.stringify(trace())}, 'w').write('python')\n`,
    'index.js': script,
    'config.js': script,
    'plugin.mjs': module,
    'profit.config.ts': module,
    'node_modules/evil/index.js': script,
    'package.json': JSON.stringify({ name: 'evil', main: 'index.js', scripts: { install: 'node index.js' } }),
    // What Python unpickles to a call of os.system.
    'pytorch_model.bin': `cos\nsystem\n(S'touch ${trace()}'\ntR.`,
    'tokenizer.model': 'x',
  };
  mkdirSync(join(at('model'), 'node_modules/evil'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(at('model'), name), content);
  writeFileSync(at('train.jsonl'), sums(0, 8));
  const run = { model: 'model', data: { train: 'train.jsonl' }, steps: 1, batchSize: 4, learningRate: 0.01, seed: 1 };
  writeFileSync(at('run.json'), JSON.stringify(run));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('train, generate and inspect read it and run nothing, and a trained model has none of its code', async () => {
  const model = at('model');
  for (const args of [
    ['train', at('run.json'), '--out', at('trained')],
    ['generate', '--model', model, '--prompt', '1+1=', '--max-tokens', '2'],
    ['inspect', '--model', model, '--data', at('train.jsonl'), '--masking', 'profit'],
    ['eval', '--model', model, '--evaluator', 'perplexity', '--data', at('train.jsonl')],
  ]) {
    const { terminal, texts } = recordedTerminal();
    expect(await runProfit(args, terminal, inProcessRegistry), texts.error).toBe(0);
    expect(existsSync(trace()), args[0]).toBe(false);
  }
  const copied = readdirSync(at('trained/model'), { recursive: true, encoding: 'utf8' });
  expect(copied).toContain('model.safetensors');
  expect(copied.filter((name) => /\.(?:py|m?js|ts|bin)$|package\.json|node_modules/.test(name))).toEqual([]);
});

test('weights that are there as a pickle only are refused', async () => {
  rmSync(join(at('model'), 'model.safetensors'));
  const { terminal, texts } = recordedTerminal();
  expect(await runProfit(['generate', '--model', at('model'), '--prompt', 'x'], terminal, inProcessRegistry)).not.toBe(
    0,
  );
  expect(texts.error).toContain('has its weights in pytorch_model.bin, which is not read');
  expect(existsSync(trace())).toBe(false);
});
