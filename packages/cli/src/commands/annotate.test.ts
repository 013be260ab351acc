import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { writeTinyModel } from '../testing-model/tiny-model.js';
import type { AnnotateResult } from './annotate.js';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-annotate-'));
  await writeTinyModel(at('model'));
  const row = (a: number): object => ({
    prompt: `${a} + 1?`,
    references: [` It is ${a + 1}.`, ` So ${a + 1}.`, ` We get ${a + 1}.`],
    labelledSpans: [7, 4, 8].map((end) => [
      { start: 0, end, label: 'trivial' },
      { start: end, end: end + 2, label: 'core' },
    ]),
  });
  writeFileSync(at('data.jsonl'), [1, 2, 3].map((a) => `${JSON.stringify(row(a))}\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function annotate(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(['annotate', '--data', at('data.jsonl'), ...args], terminal, inProcessRegistry);
  return { code, out: texts.out, error: texts.error };
}
const lines = (name: string): string[] => readFileSync(at(name), 'utf8').trim().split('\n');

test('writes tokens with labels and probabilities, and compares them', async () => {
  const args = ['--annotator', 'generated-labels', '--output', at('known.jsonl'), '--model', at('model')];
  const { code, out, error } = await annotate(...args, '--json');
  expect(code, error).toBe(0);
  const { labelled, failed, unlabelledTokens, analysis } = JSON.parse(out) as AnnotateResult;
  // Of each response the digit and the full stop are core; its end token has no label.
  expect({ labelled, failed, unlabelledTokens }).toEqual({ labelled: 9, failed: 0, unlabelledTokens: 9 });
  expect([analysis!.core.tokens, analysis!.trivial.tokens]).toEqual([18, 57]);
  const records = lines('known.jsonl')
    .slice(1)
    .map((line) => JSON.parse(line) as { response: string; tokens: object });
  for (const { response, tokens } of records) {
    const { text, label, probability } = tokens as { text: string[]; label: string[]; probability: number[] };
    expect(text.slice(0, -1).join('')).toBe(response);
    expect(label.slice(-3)).toEqual(['core', 'core', null]);
    expect(probability.every((p) => p > 0 && p < 1)).toBe(true);
  }
  const table = await annotate(...args);
  expect(table.out).toMatch(/core +18 /);
});

test('goes on where a run stopped, and refuses a file of other labels', async () => {
  const args = ['--annotator', 'reference-agreement', '--set', 'share=1', '--output', at('agreed.jsonl')];
  expect((await annotate(...args)).out).toContain('9 responses labelled, 0 failed');
  const whole = readFileSync(at('agreed.jsonl'), 'utf8');
  writeFileSync(at('agreed.jsonl'), `${lines('agreed.jsonl').slice(0, 6).join('\n')}\n`);
  appendFileSync(at('agreed.jsonl'), '{"row":2,"refer');
  expect((await annotate(...args)).out).toContain('4 responses labelled, 5 before, 0 failed');
  expect(readFileSync(at('agreed.jsonl'), 'utf8')).toBe(whole);
  const { code, error } = await annotate(...args, '--set', 'share=0.5');
  expect(code).toBe(6);
  expect(error).toContain('holds labels with other options');
  const refused = await annotate('--annotator', 'generated-labels', '--output', at('data.jsonl'));
  expect(refused.code).toBe(6);
  expect(lines('data.jsonl')).toHaveLength(3);
});

test('an item that cannot be labelled is reported and tried again by the next run', async () => {
  const args = ['--annotator', 'reference-agreement', '--set', 'minimumReferences=3', '--output', at('failed.jsonl')];
  const { code, out, error } = await annotate(...args);
  expect(code, error).toBe(0);
  expect(out).toContain('0 responses labelled, 9 failed');
  expect(error).toContain('data.jsonl:1, reference 0: the prompt has 2 other references, and 3 are needed');
  expect((await annotate(...args)).out).toContain('0 responses labelled, 9 failed');
});

test('completions and last turns of the assistant are labelled; rows without a response give none', async () => {
  const rule = at('whole-core.mjs');
  writeFileSync(
    rule,
    `import { defineAnnotator, schema } from '@profit-sft/core';
     export default defineAnnotator({
       name: 'whole-core', description: 'all of it is core', source: 'test', options: schema.object({}),
       create: () => ({ annotate: async ({ response }) => [{ start: 0, end: response.length, label: 'core' }] }),
     });`,
  );
  const user = { role: 'user', content: 'Hi' };
  const rows = [
    { prompt: '1 + 1?', completion: ' 2' },
    { messages: [user, { role: 'assistant', content: 'Hello' }, { role: 'user', content: 'Bye' }] },
    { messages: [user] },
    { text: 'a story' },
  ];
  const label = async (name: string, own: readonly object[]) => {
    writeFileSync(at(name), own.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return annotate('--data', at(name), '--annotator', rule, '--output', at(`${name}.labels`));
  };
  for (const [index, row] of rows.entries()) {
    const { code, out, error } = await label(`row-${index}.jsonl`, [row]);
    if (index < 2) {
      expect(out, error).toContain('1 responses labelled, 0 failed');
      const record = JSON.parse(lines(`row-${index}.jsonl.labels`)[1]) as { response: string; spans: object[] };
      expect(record.response).toBe([' 2', 'Hello'][index]);
      expect(record.spans).toEqual([{ start: 0, end: record.response.length, label: 'core' }]);
    } else {
      expect(code).toBe(3);
      expect(error).toContain('holds no response: rows need references, a completion or an assistant turn');
    }
  }
});

test('an output that is no file of labels is refused, and left as it is', async () => {
  const args = ['--annotator', 'generated-labels', '--output'];
  writeFileSync(at('notes.txt'), 'precious');
  const text = await annotate(...args, at('notes.txt'));
  expect(text.code).toBe(6);
  expect(text.error).toContain('notes.txt: is there already and holds no labels of profit annotate');
  expect(readFileSync(at('notes.txt'), 'utf8')).toBe('precious');
  mkdirSync(at('directory'));
  const directory = await annotate(...args, at('directory'));
  expect(directory.code).toBe(6);
  expect(directory.error).toMatch(/^profit: .*directory: cannot be read \(EISDIR/);
  const nowhere = await annotate(...args, at('nowhere/labels.jsonl'));
  expect(nowhere.code).toBe(6);
  expect(nowhere.error).toMatch(/labels\.jsonl: cannot be written \(ENOENT/);
});
