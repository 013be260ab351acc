/** `profit report` over what `profit train` and `profit ablate` leave, whole and in pieces. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { writeSyntheticAblation } from '../testing-model/synthetic-ablation.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';
import type { ReportResult } from './report.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

async function profit(...args: string[]) {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal, inProcessRegistry);
  return { code, out: texts.out, error: texts.error };
}

async function report(...args: string[]): Promise<{ result: ReportResult; html: string }> {
  const { code, out, error } = await profit('report', ...args, '--json');
  expect(code, error).toBe(0);
  const result = JSON.parse(out) as ReportResult;
  return { result, html: readFileSync(result.file, 'utf8') };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-report-'));
  await writeTinyModel(at('model'));
  writeFileSync(at('train.jsonl'), sums(0, 40));
  writeFileSync(at('eval.jsonl'), sums(40, 10));
  const config = { model: 'model', data: { train: 'train.jsonl', eval: 'eval.jsonl' }, steps: 6, learningRate: 0.02 };
  for (const masking of ['sft', 'profit']) {
    writeFileSync(at(`${masking}.json`), JSON.stringify({ ...config, evaluationSteps: 2, masking }));
    const { code, error } = await profit('train', at(`${masking}.json`), '--out', at('runs of mine', masking));
    expect(code, error).toBe(0);
  }
  writeSyntheticAblation(at('ablation'), { seeds: 2, steps: 20, evaluationSteps: 5, items: 8, unfinished: 4 });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a run of profit train: its curves, its tokens, and commands that repeat it', async () => {
  const { result, html } = await report(at('runs of mine', 'profit'));
  expect(result).toMatchObject({ file: at('runs of mine', 'profit', 'report.html'), runs: 1, missing: [] });
  expect(result.bytes).toBe(Buffer.byteLength(html));
  for (const text of ['Training NLL', 'Held-out NLL', 'data-token-heat-map']) {
    expect(html, text).toContain(text);
  }
  const [, repeat] = /<pre>(node[^<]*)<\/pre>/.exec(html) ?? [];
  const quotes: Record<string, string> = { '&#39;': "'", '&gt;': '>' };
  const commands = repeat.replace(/&#39;|&gt;/g, (entity) => quotes[entity]);
  expect(commands).toContain(`'${at('runs of mine', 'profit', 'run.json')}' > profit.json\n`);
  expect(commands).toContain(`profit train profit.json --out '${at('runs of mine', 'profit')}-repeated'`);
});

test('several runs side by side, in a file of choice', async () => {
  const { html } = await report(
    at('runs of mine', 'sft'),
    at('runs of mine', 'profit'),
    '--out',
    at('new', 'both.html'),
  );
  expect(html).toContain('<title>2 runs</title>');
  expect(html).toMatch(/sft ends at [\d.]+; profit ends at [\d.]+/);
  expect(html).toMatch(/<th scope="row">sft<\/th><td class="number">1<\/td>/);
});

test('an ablation that is not finished: what is there, and what is not', async () => {
  const { result, html } = await report(at('ablation'));
  expect(result.runs).toBe(20);
  expect(result.missing).toEqual(['4 of 20 runs are not finished: tables and comparisons are of those that are.']);
  expect(html).toContain('<span class="status failed">1 failed</span>');
  expect(html).toContain('<span class="status stopped">1 stopped</span>');
  expect(html).toContain('<span class="status waiting">2 waiting</span>');
  expect(html).toContain('--out &#39;/a folder/0000000000000000&#39;');
});

test('lines that are no events are left out and counted', async () => {
  const log = at('ablation', 'runs', '0000000000000000', 'training', 'events.jsonl');
  appendFileSync(log, 'not JSON\n{"type": 7}\n{"type":"step","st');
  const { result } = await report(at('ablation'));
  expect(result.missing).toContain('2 lines of event logs were no events and are left out.');
});

test('errors say what is wrong and what to give', async () => {
  mkdirSync(at('empty'));
  mkdirSync(at('planned', 'runs'), { recursive: true });
  const cases: [string[], RegExp][] = [
    [[at('nowhere')], /nowhere: is no directory/],
    [[at('train.jsonl')], /train\.jsonl: is no directory/],
    [[at('empty')], /empty: has neither runs\/ nor run\.json.*profit train or profit ablate/],
    [[at('planned')], /planned: has no runs yet/],
    [[at('ablation'), at('runs of mine', 'sft')], /is an ablation’s directory: a report is of one ablation, or/],
    [
      [at('ablation', 'runs', '0000000000000000')],
      /is one run of an ablation; give the ablation’s directory, .*ablation$/m,
    ],
    [[at('ablation'), '--out', at('train.jsonl', 'x.html')], /x\.html: cannot be written/],
  ];
  for (const [args, message] of cases) {
    const { code, error } = await profit('report', ...args);
    expect(code, args.join(' ')).toBeGreaterThan(0);
    expect(error).toMatch(message);
    expect(error).not.toMatch(/defect of profit/);
  }
});
