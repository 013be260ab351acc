import { mkdirSync, readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CachedFiles } from '@profit-sft/experiments';
import { reportPage } from '@profit-sft/report';
import { reportDataReader } from '../../../packages/cli/src/report/report-data-of.js';
import { syntheticEvents, writeSyntheticAblation } from '../../../packages/cli/src/testing-model/synthetic-ablation.js';
import { jsonInputs, jsonLinesInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { emptyFolder, writeInput } from '../write-input.js';

/** What a page holds whose text came from data: nothing that loads, and no element or attribute that its own code does not write. */
const foreign = /<img|<a [^>]*javascript:|\son[a-z]+=|>undefined<|>\[object Object\]</i;

/** Makes the page of the report, as `profit report` and `profit watch` do. */
function makePage(folder: string): void {
  const page = reportPage(reportDataReader([folder], new CachedFiles())(), { live: { hash: () => '' } });
  // What is between <script> tags is data as JSON, or code of the page's own.
  const found = foreign.exec(page.replace(/<script[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, ''));
  if (found !== null) throw new Error(`the page has ${found[0]} of what was read`);
}

const size = { seeds: 1, steps: 4, evaluationSteps: 2, items: 3 };
const events = [
  ...syntheticEvents({ label: 'p > 0.1' }, 0, size),
  { type: 'warning', step: 1, code: 'slow', message: 'a & b' },
  { type: 'memory', step: 0, parts: [{ name: 'weights', bytes: 10 }], total: 10, notes: ['a note'] },
  { type: 'resume', step: 2, directory: '/a' },
];
const trainResult = {
  ...{ status: 'completed', steps: 4, totalSteps: 4, skippedSteps: 0, tokens: 9, scoredTokens: 5, seconds: 1 },
  metrics: { evalNllBefore: 3, evalNll: 2, keptFraction: 0.5 },
  model: '/a/model',
  masking: { name: 'profit', normaliser: 'kept' },
  data: { train: { rows: 1, examples: 1, tokens: 9, targets: 5, truncated: 0, dropped: 0, withoutTargets: 0 } },
};
const runRecord = {
  identity: { configuration: { model: 'm', masking: { name: 'profit', threshold: 0.1 } } },
  versions: { node: 'v20' },
};

/** The files of two finished runs of an ablation, by their path in its directory. */
const ablationFiles = new Map<string, string>();
const made = mkdtempSync(join(tmpdir(), 'profit-fuzz-seeds-'));
const [hash, otherHash] = writeSyntheticAblation(made, size);
for (const path of readdirSync(made, { recursive: true, encoding: 'utf8' })) {
  const isKept = path.endsWith('.json') && (path.includes(hash) || path.includes(otherHash));
  if (isKept) ablationFiles.set(path, readFileSync(join(made, path), 'utf8'));
}
const recorded = JSON.parse(readFileSync(join(made, 'ablation.json'), 'utf8')) as { runs: unknown[] };
const ablationRecord = { ...recorded, runs: recorded.runs.slice(0, 2) };
rmSync(made, { recursive: true });

const inRun = (name: string): string => join('runs', otherHash, name);
const documentOf = (name: string): object => JSON.parse(ablationFiles.get(inRun(name)) as string) as object;

/** The target of one file of an ablation, among the others as they were written. */
function ofAblation(name: string, reads: string, path: string, document: object): FuzzTarget {
  return {
    name,
    reads,
    source: 'packages/experiments/src/directory/read-ablation.ts',
    inputs: jsonInputs([document]),
    parse(input, folder) {
      emptyFolder(folder);
      for (const [other, text] of ablationFiles) writeInput(folder, other, text);
      writeInput(folder, 'ablation.json', JSON.stringify(ablationRecord));
      writeInput(folder, path, input);
      makePage(folder);
    },
  };
}

export const reportTargets: readonly FuzzTarget[] = [
  {
    name: 'events',
    reads: '`events.jsonl`, to a page of `profit report` and `profit watch`',
    source: 'packages/experiments/src/directory/run-event.ts',
    inputs: jsonLinesInputs(events),
    parse(input, folder) {
      emptyFolder(folder);
      writeInput(folder, 'run.json', JSON.stringify(runRecord));
      // Behind a log as it should be, so that what is wrong meets what is right.
      const before = events.slice(0, 4).map((event) => `${JSON.stringify(event)}\n`);
      writeInput(folder, 'events.jsonl', Buffer.concat([Buffer.from(before.join('')), input]));
      makePage(folder);
      writeInput(folder, 'events.jsonl', input);
      makePage(folder);
    },
  },
  {
    name: 'report-training',
    reads: '`run.json`, `result.json` of training, to a page',
    source: 'packages/cli/src/report/report-data-of.ts',
    inputs: jsonInputs([runRecord, trainResult]),
    parse(input, folder) {
      emptyFolder(folder);
      mkdirSync(join(folder, 'checkpoints'));
      writeInput(folder, 'events.jsonl', events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      const isRecord = Buffer.from(input).includes('"identity"');
      writeInput(folder, 'run.json', isRecord ? input : JSON.stringify(runRecord));
      writeInput(folder, 'result.json', isRecord ? JSON.stringify(trainResult) : input);
      makePage(folder);
    },
  },
  ofAblation('report-ablation', '`ablation.json`, to a page', 'ablation.json', ablationRecord),
  ofAblation(
    ...(['report-specification', '`specification.json`, to a page', inRun('specification.json')] as const),
    documentOf('specification.json'),
  ),
  ofAblation(
    ...(['report-configuration', '`run.json` of an ablation’s run, to a page', inRun('run.json')] as const),
    documentOf('run.json'),
  ),
  ofAblation(
    ...(['report-result', '`result.json` of an ablation’s run, to a page', inRun('result.json')] as const),
    documentOf('result.json'),
  ),
  ofAblation(
    ...(['report-evaluation', '`evaluations/*.json`, to a page', inRun('evaluations/solved.json')] as const),
    documentOf('evaluations/solved.json'),
  ),
];
