import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { defineBackend, schema, type BackendHealth, type Registry } from '@profit-sft/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { builtinRegistry } from '../registry.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';
import { diagnose } from './doctor.js';

let folder: string;
const at = (name: string): string => join(folder, name);
const template =
  "{% for m in messages %}{{ '[' + m.role + ']' + m.content }}{% if m.role == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-commands-'));
  await writeTinyModel(at('model'));
  await writeTinyModel(at('chat'), { chatTemplate: template });
  await writeTinyModel(at('small-vocabulary'), { vocabularySize: 50 });
  writeFileSync(at('train.jsonl'), sums(0, 40));
  writeFileSync(at('eval.jsonl'), sums(40, 10));
  writeFileSync(at('broken.jsonl'), `${sums(0, 2)}{"prompt": "x", "completion": \n`);
  const data = { train: 'train.jsonl', eval: 'eval.jsonl' };
  const base = { model: 'model', data, steps: 12, batchSize: 8, learningRate: 0.01, warmup: 0, seed: 1 };
  writeFileSync(at('run.json'), JSON.stringify({ ...base, masking: { name: 'sft' } }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function profit(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal, inProcessRegistry);
  return { code, out: texts.out, error: texts.error };
}
async function profitJson<T>(...args: string[]): Promise<T> {
  const { code, out, error } = await profit(...args, '--json');
  expect(code, error).toBe(0);
  expect(out.trim().split('\n')).toHaveLength(1);
  return JSON.parse(out) as T;
}

describe('train', () => {
  interface Result {
    status: string;
    steps: number;
    metrics: { evalNllBefore: number; evalNll: number; keptFraction: number };
    model: string;
  }

  test('trains, prints result.json and leaves events and a model that other commands open', async () => {
    const result = await profitJson<Result>('train', at('run.json'), '--out', at('sft'));
    expect(result).toEqual(JSON.parse(readFileSync(at('sft/result.json'), 'utf8')));
    expect(result).toMatchObject({ status: 'completed', steps: 12, model: at('sft/model') });
    expect(result.metrics.evalNll).toBeLessThan(result.metrics.evalNllBefore);
    const events = readFileSync(at('sft/events.jsonl'), 'utf8').trim().split('\n');
    expect(
      events.map((line) => (JSON.parse(line) as { type: string }).type).filter((type) => type === 'step'),
    ).toHaveLength(12);

    const measured = ['--evaluator', 'perplexity', '--data', at('eval.jsonl')];
    const evaluated = await profitJson<{ evaluator: string; metrics: { meanNll: number }; items: object[] }>(
      'eval',
      '--model',
      result.model,
      ...measured,
    );
    expect(evaluated.evaluator).toBe('perplexity');
    expect(evaluated.metrics.meanNll).toBeCloseTo(result.metrics.evalNll, 5);
    expect(evaluated.items).toHaveLength(10);
  });

  test('eval of prompts without answers: ifeval grades what the model writes', async () => {
    const row = { key: 7, prompt: '1+4=', instruction_id_list: ['punctuation:no_comma', 'startend:quotation'] };
    writeFileSync(at('prompts.jsonl'), `${JSON.stringify({ ...row, kwargs: [{}, {}] })}\n${JSON.stringify(row)}\n`);
    const measured = ['--evaluator', 'ifeval', '--data', at('prompts.jsonl'), '--set', 'maxTokens=4'];
    const { code, out, error } = await profit('eval', '--model', at('model'), ...measured, '--json');
    expect(code, error).toBe(0);
    expect(error).not.toContain('no response tokens');
    const { metrics, items } = JSON.parse(out) as { metrics: Record<string, number>; items: object[] };
    expect(metrics).toMatchObject({ items: 2, instructions: 2, ungraded: 1 });
    expect(items).toMatchObject([
      { key: 7, prompt: '1+4=' },
      { problem: 'has no kwargs for each of its 2 instructions' },
    ]);
    const wrong = await profit(
      'eval',
      '--model',
      at('model'),
      '--evaluator',
      'perplexity',
      '--data',
      at('prompts.jsonl'),
    );
    expect(wrong.code).not.toBe(0);
    expect(wrong.error).toContain('the data set has no response tokens to evaluate');
  });

  test('says what memory it will take, and refuses what does not fit --memory before the first step', async () => {
    const fits = await profit('train', at('run.json'), '--out', at('fits'), '--memory', '1GiB');
    expect(fits.code).toBe(0);
    expect(fits.error).toMatch(/^memory: \d+ MiB = program \d+ MiB, /m);
    const tooLittle = await profit('train', at('run.json'), '--out', at('too-little'), '--memory', '20MiB');
    expect(tooLittle.code).not.toBe(0);
    expect(tooLittle.error).toMatch(
      /at least \d+ MiB of memory, but 20 MiB are allowed.* is --memory SIZE; this run has 20 MiB\.\n$/s,
    );
    expect(existsSync(at('too-little/model'))).toBe(false);
    const unreadable = await profit('train', at('run.json'), '--out', at('unreadable'), '--memory', 'much');
    expect(unreadable.error).toContain('Expected a size such as 2500MiB or 4GiB');
  });

  test('without --json the summary is on stderr and stdout stays empty', async () => {
    const { code, out, error } = await profit('train', at('run.json'), '--out', at('quiet'), '--set', 'steps=2');
    expect(code).toBe(0);
    expect(out).toBe('');
    expect(error).toMatch(/held-out NLL +\d+\.\d{4} → \d+\.\d{4} nats\/token/);
    expect(error).toMatch(/train data +40 rows, 40 sequences, \d+ tokens, \d+ of them targets/);
  });

  test('settings reach the rule, and a step that masks every token is a warning', async () => {
    const settings = ['masking.name=profit', 'masking.threshold=1', 'steps=2'].flatMap((setting) => ['--set', setting]);
    const { code, out, error } = await profit('train', at('run.json'), '--out', at('masked'), ...settings, '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as Result).metrics.keptFraction).toBe(0);
    expect(error).toMatch(/warning, step 1: every token of step 1 was masked/);
  });

  test('cut rows are reported', async () => {
    const { code, error } = await profit(
      'train',
      at('run.json'),
      '--out',
      at('cut'),
      '--set',
      'data.maxLength=6',
      '--set',
      'steps=1',
    );
    expect(code).toBe(0);
    expect(error).toMatch(/train data +\d+ sequences cut to the longest length/);
  });

  test('an output directory that exists is refused, and --resume in it gives the finished result', async () => {
    const started = ['train', at('run.json'), '--out', at('again'), '--set', 'steps=2'];
    const first = await profitJson<Result>(...started);
    const { code, out, error } = await profit(...started, '--json');
    expect([code, out]).toEqual([6, '']);
    expect(error).toMatch(/^profit: .*again: exists already\. .*--resume\n$/);
    expect(await profitJson<Result>(...started, '--resume')).toEqual(first);
  });
});

describe('bad input ends with its exit code, one message and an empty stdout', () => {
  const run = (...settings: string[]): string[] => [
    'train',
    at('run.json'),
    '--out',
    at('never'),
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
  test.each<[string, () => string[], number, RegExp]>([
    ['unknown key', () => run('learnigRate=1'), 2, /learnigRate: unknown key\. Did you mean "learningRate"\?/],
    [
      'unknown rule',
      () => run('masking.name=porfit'),
      2,
      /unknown masking rule "porfit"\. Did you mean "profit"\? Available: sft, profit, dft, /,
    ],
    ['unknown rule option', () => run('masking.treshold=1'), 2, /masking rule "sft": treshold: unknown key/],
    ['unknown backend', () => run('backend=torch'), 2, /unknown backend "torch"/],
    ['missing data', () => run('data.train=none.jsonl'), 3, /none\.jsonl: does not exist/],
    ['malformed line', () => run('data.train=broken.jsonl'), 3, /broken\.jsonl:3: malformed JSON/],
    ['missing model', () => run('model=none'), 4, /none: no such directory/],
    ['model that is a file', () => run('model=run.json'), 4, /run\.json: is a file/],
    [
      'tokenizer larger than the vocabulary',
      () => run('model=small-vocabulary'),
      4,
      /tokenizer\.json: has 99 token ids, but the model's vocabulary has 50/,
    ],
    [
      'unknown evaluator',
      () => ['eval', '--model', at('model'), '--evaluator', 'perplexiti', '--data', at('eval.jsonl')],
      2,
      /Did you mean "perplexity"\?/,
    ],
    [
      'empty prompt file',
      () => ['inspect', '--model', at('model'), '--data', at('none.jsonl')],
      3,
      /none\.jsonl: does not exist/,
    ],
    ['unknown command', () => ['trian'], 2, /unknown command 'trian'\n\(Did you mean train\?\)/],
    ['unknown option', () => ['list', '--jsn'], 2, /unknown option '--jsn'\n\(Did you mean --json\?\)/],
    ['missing option', () => ['generate', '--prompt', 'x'], 2, /required option '--model <directory>' not specified/],
    [
      'number that is none',
      () => ['generate', '--model', at('model'), '--prompt', 'x', '--max-tokens', 'many'],
      2,
      /'--max-tokens <count>' argument 'many' is invalid\. Expected a whole number of at least 1/,
    ],
    [
      'chat without a template',
      () => ['generate', '--model', at('model'), '--prompt', 'x', '--chat'],
      2,
      /has no chat template/,
    ],
    [
      'page that cannot be written',
      () => ['inspect', '--model', at('model'), '--data', at('eval.jsonl'), '--html', at('no/such/page.html')],
      6,
      /page\.html: cannot be written/,
    ],
  ])('%s', async (_, args, expected, message) => {
    const { code, out, error } = await profit(...args());
    expect(error).toMatch(message);
    expect([code, out]).toEqual([expected, '']);
    expect(error).not.toMatch(/^\s+at /m);
    expect(existsSync(at('never'))).toBe(false);
  });

  test('a defect of ours exits with 1, the stack and a request to report it', async () => {
    const { terminal, texts } = recordedTerminal();
    const broken = { ...builtinRegistry, plugins: undefined } as unknown as Registry;
    expect(await runProfit(['list', '--json'], terminal, broken)).toBe(1);
    expect(texts.error).toMatch(/TypeError.*\n\s+at .*Please report it/s);
    expect(texts.out).toBe('');
  });
});

describe('export', () => {
  const exportTo = (out: string, ...args: string[]): ReturnType<typeof profit> =>
    profit('export', '--model', at('model'), '--format', 'onnx', '--out', at(out), ...args);

  test('writes what Transformers.js loads, and says what it wrote', async () => {
    const { code, out, error } = await exportTo('exported');
    expect(code, error).toBe(0);
    expect(out).toBe('');
    expect(error).toMatch(
      /exported: onnx\/model\.onnx, \d+ MiB, float32; tokenizer\.json, tokenizer_config\.json, config\.json\n$/,
    );
    expect(readFileSync(at('exported/tokenizer.json'))).toEqual(readFileSync(at('model/tokenizer.json')));

    const json = await exportTo('exported-json', '--json');
    const result = JSON.parse(json.out) as {
      directory: string;
      format: string;
      files: { name: string; bytes: number }[];
    };
    expect(result).toMatchObject({ directory: at('exported-json'), format: 'onnx', externalFiles: 0 });
    for (const { name, bytes } of result.files) expect(statSync(at(`exported-json/${name}`)).size).toBe(bytes);
  });

  test('a model without tokenizer is exported with a note', async () => {
    cpSync(at('model'), at('no-tokenizer'), { recursive: true });
    rmSync(at('no-tokenizer/tokenizer.json'));
    const { code, error } = await profit(
      ...['export', '--model', at('no-tokenizer'), '--format', 'onnx', '--out', at('no-tokenizer-out')],
    );
    expect(code, error).toBe(0);
    expect(error).toContain('note: the model has no tokenizer.json');
  });

  test('refuses an output directory that is not empty, another format, and what is no model', async () => {
    const taken = await profit('export', '--model', at('model'), '--format', 'onnx', '--out', folder);
    expect(taken.code).toBe(6);
    expect(taken.error).toContain('exists already and is not empty');
    const format = await profit('export', '--model', at('model'), '--format', 'gguf', '--out', at('never'));
    expect(format.code).toBe(2);
    expect(format.error).toContain('Allowed choices are onnx');
    const nothing = await profit('export', '--model', at('nothing'), '--format', 'onnx', '--out', at('never'));
    expect(nothing.code).toBe(4);
    expect(existsSync(at('never'))).toBe(false);
  });
});

describe('generate', () => {
  interface Generated {
    text: string;
    tokens: number[];
    finishReason: string;
  }
  const generate = (...args: string[]): Promise<Generated> => profitJson('generate', '--max-tokens', '8', ...args);

  test('greedy repeats itself, and the text is that of the tokens', async () => {
    const first = await generate('--model', at('model'), '--prompt', '1+1=');
    expect(first.tokens.length).toBeLessThanOrEqual(8);
    expect(first.finishReason).toBe(first.tokens.length === 8 ? 'length' : 'stop');
    expect(await generate('--model', at('model'), '--prompt', '1+1=')).toEqual(first);
    const { out } = await profit('generate', '--max-tokens', '8', '--model', at('model'), '--prompt', '1+1=');
    expect(out).toBe(`${first.text}\n`);
  });

  test('a stop string ends it, and is not part of the text', async () => {
    const first = await generate('--model', at('model'), '--prompt', '1+1=');
    const stop = first.text.slice(3, 5);
    const stopped = await generate('--model', at('model'), '--prompt', '1+1=', '--stop', 'never', '--stop', stop);
    expect(stopped.text).toBe(first.text.slice(0, first.text.indexOf(stop)));
    expect(stopped.finishReason).toBe('stop');
    expect(stopped.tokens).toEqual(first.tokens.slice(0, stopped.tokens.length));
    expect(stopped.tokens.length).toBeLessThan(first.tokens.length);
  });

  test('a penalty makes repetition rare, and minP of 1 leaves the most probable token', async () => {
    const greedy = ['--model', at('model'), '--prompt', '1+1=', '--max-tokens', '24'];
    const { tokens } = await generate(...greedy);
    const penalised = await generate(...greedy, '--repetition-penalty', '100');
    expect(new Set(penalised.tokens).size).toBe(penalised.tokens.length);
    expect(new Set(tokens).size).toBeLessThan(tokens.length);
    expect((await generate(...greedy, '--temperature', '2', '--min-p', '1')).tokens).toEqual(tokens);
  });

  test('what would change nothing is refused', async () => {
    const { code, error } = await profit('generate', '--model', at('model'), '--prompt', '1', '--min-p', '0.1');
    expect(code).not.toBe(0);
    expect(error).toMatch(/--min-p changes nothing without --temperature above 0/);
  });

  test('sampling depends on the seed alone', async () => {
    const sampled = (seed: string): Promise<Generated> =>
      generate('--model', at('model'), '--prompt', 'a', '--temperature', '2', '--top-k', '50', '--seed', seed);
    expect(await sampled('1')).toEqual(await sampled('1'));
    expect((await sampled('1')).tokens).not.toEqual((await sampled('2')).tokens);
  });

  test('the chat template is used where there is one, unless --no-chat', async () => {
    const rendered = await generate('--model', at('model'), '--prompt', '[user]hi[assistant]');
    const withoutBegin = await generate('--model', at('chat'), '--prompt', 'hi');
    const plain = await generate('--model', at('chat'), '--prompt', 'hi', '--no-chat');
    const begin = await generate('--model', at('model'), '--prompt', 'hi');
    expect(plain).toEqual(begin);
    // The template writes no <s>, so its prompt is not the plain one's.
    expect(withoutBegin.tokens).not.toEqual(plain.tokens);
    expect(rendered.tokens).toHaveLength(8);
  });

  test('a prompt longer than the model’s positions is refused', async () => {
    const { code, error } = await profit('generate', '--model', at('model'), '--prompt', 'x'.repeat(200));
    expect([code, error]).toEqual([2, 'profit: --prompt has 201 tokens, and the model allows 128 in all\n']);
  });
});

const stories = join(
  process.env.PROFIT_TEST_DATA ?? join(import.meta.dirname, '../../../../../shared/data'),
  'models/stories260K',
);

describe.skipIf(!existsSync(stories))('on stories260K (needs PROFIT_TEST_DATA)', () => {
  interface Golden {
    greedy_text: string;
    greedy_200_tokens_from_bos: number[];
    prompt: string;
    prompt_per_token_nll_nats: number[];
  }
  const golden = (): Golden => JSON.parse(readFileSync(join(stories, 'golden.json'), 'utf8')) as Golden;

  test('the greedy text is the published one, character by character', async () => {
    const { greedy_text: expected, greedy_200_tokens_from_bos: ids } = golden();
    const model = join(stories, 'hf');
    const { text, tokens } = await profitJson<{ text: string; tokens: number[] }>(
      'generate',
      '--model',
      model,
      '--prompt',
      '',
      '--max-tokens',
      String(ids.length - 1),
    );
    expect(text).toBe(expected);
    expect([1, ...tokens]).toEqual(ids);
  });

  test('the NLL of each token of the prompt is the published one', async () => {
    const { prompt, prompt_per_token_nll_nats: expected } = golden();
    writeFileSync(at('story.jsonl'), JSON.stringify({ text: prompt }));
    const { rows } = await profitJson<{ rows: { tokens: { target: boolean; logProb: number }[] }[] }>(
      'inspect',
      '--model',
      join(stories, 'hf'),
      '--data',
      at('story.jsonl'),
    );
    const targets = rows[0].tokens.filter(({ target }) => target);
    expected.forEach((nll, index) => expect(Math.abs(-targets[index].logProb - nll)).toBeLessThan(1e-3));
  });
});

describe('inspect', () => {
  interface Inspected {
    kept: number;
    tokens: number;
    rows: {
      origin: string;
      tokens: { text: string; target: boolean; probability?: number; logProb?: number; weight?: number }[];
    }[];
  }
  const inspect = (...args: string[]): Promise<Inspected> =>
    profitJson('inspect', '--model', at('model'), '--data', at('eval.jsonl'), '--rows', '3', ...args);

  test('weights are those of the rule, targets those of the rows', async () => {
    const { rows, kept, tokens } = await inspect('--masking', 'profit', '--threshold', '0.01');
    expect(rows.map(({ origin }) => origin)).toEqual([1, 2, 3].map((line) => `${at('eval.jsonl')}:${line}`));
    const targets = rows.flatMap((row) => row.tokens.filter(({ target }) => target));
    expect(targets).toHaveLength(tokens);
    expect(
      targets.every(({ logProb = NaN, weight }) => weight === (logProb > Math.fround(Math.log(0.01)) ? 1 : 0)),
    ).toBe(true);
    expect(targets.filter(({ weight }) => weight === 1)).toHaveLength(kept);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(tokens);
    expect(rows[0].tokens.map(({ text }) => text).join('')).toBe('<s>0+4=4</s>');
  });

  test('another rule by name and options', async () => {
    const { rows } = await inspect('--masking', 'dft');
    const targets = rows.flatMap((row) => row.tokens.filter(({ target }) => target));
    for (const { weight = NaN, probability = NaN } of targets) expect(weight).toBeCloseTo(probability, 5);
    const low = await inspect('--threshold', '0.01', '--set', 'direction=low');
    const high = await inspect('--threshold', '0.01');
    expect(low.kept + high.kept).toBe(high.tokens);
  });

  test('the page’s own script keeps the tokens that the rule keeps', async () => {
    for (const [threshold, direction] of [
      ['0.01', 'high'],
      ['0.0098', 'low'],
    ] as const) {
      const file = at(`page-${direction}.html`);
      const { rows, kept } = await inspect('--threshold', threshold, '--set', `direction=${direction}`, '--html', file);
      const html = readFileSync(file, 'utf8');
      const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, source]) => source);
      const keepsToken = runInNewContext(`${scripts.join('\n')}; keepsToken`) as (
        ...args: [number, number, string]
      ) => boolean;
      const targets = rows.flatMap((row) => row.tokens.filter(({ target }) => target));
      const byPage = targets.map(({ logProb = NaN }) => keepsToken(logProb, Number(threshold), direction));
      expect(byPage).toEqual(targets.map(({ weight }) => weight === 1));
      expect(html).toContain(`>${kept} of ${targets.length} kept (`);
    }
  });

  test('the terminal shows each row and the figures', async () => {
    const { out } = await profit('inspect', '--model', at('model'), '--data', at('eval.jsonl'), '--rows', '2');
    expect(out).toContain(`${at('eval.jsonl')}:2\n<s>1+4=`);
    expect(out).toMatch(/profit: \d+ of 4 response tokens kept/);
  });
});

test('list names every plugin with its options and signals', async () => {
  const list =
    await profitJson<
      Record<string, { name: string; options: { name: string; default: unknown }[]; needs?: string[] }[]>
    >('list');
  expect(list.masking.map(({ name }) => name)).toEqual(
    builtinRegistry.plugins.masking.map((rule) => rule.pluginName as string),
  );
  expect(list.masking[1].needs).toEqual(['logProb']);
  expect(list.masking.find(({ name }) => name === 'rho-1')?.needs).toEqual(['logProb', 'referenceLogProb']);
  expect(list.masking[1].options[0]).toMatchObject({ name: 'threshold', default: 0.1 });
  expect(list.backends.map(({ name }) => name)).toContain('onnxruntime');
  expect(list.datasets.find(({ name }) => name === 'jsonl')?.options[0]).toMatchObject({
    name: 'path',
    required: true,
  });
  const evaluators = list.evaluators.map(({ name }) => name);
  expect(evaluators).toEqual(expect.arrayContaining(['perplexity', 'exact-match', 'ifeval', 'gsm8k', 'gpqa-diamond']));
  const { out } = await profit('list');
  for (const { name } of Object.values(list).flat()) expect(out).toContain(`  ${name}: `);
  expect(out).toMatch(/^ {4}path +string +required /m);
});

describe('doctor', () => {
  const backend = (name: string, health: () => Promise<BackendHealth[]>): Registry => {
    const create = (): never => {
      throw new Error('not opened');
    };
    const plugin = defineBackend({
      name,
      description: '',
      source: 'test',
      options: schema.object({}),
      create,
      diagnose: health,
    });
    return { ...builtinRegistry, plugins: { ...builtinRegistry.plugins, backends: [plugin] } } as unknown as Registry;
  };

  test('the runtime of this machine works', async () => {
    const { node, runtimes } = await profitJson<{ node: object; runtimes: object[] }>('doctor');
    expect(node).toMatchObject({ works: true });
    expect(runtimes).toContainEqual(expect.objectContaining({ backend: 'onnxruntime', works: true }));
  });

  test('what does not work is shown with the command that installs it, and nothing working is exit code 7', async () => {
    const { terminal, texts } = recordedTerminal();
    const missing = backend('x', async () => [
      { name: 'x gpu', works: false, detail: 'not there', install: 'npm install x' },
    ]);
    expect(await runProfit(['doctor'], terminal, missing)).toBe(7);
    expect(texts.out).toContain('FAILS  x gpu: not there\n       to install: npm install x');
  });

  test('a backend that throws and an old Node count as not working', async () => {
    const throwing = backend('y', () => Promise.reject(new Error('boom')));
    const { node, runtimes } = await diagnose(throwing, '20.18.1');
    expect(node.works).toBe(false);
    expect(runtimes).toEqual([{ backend: 'y', name: 'y', works: false, detail: 'boom' }]);
  });
});
