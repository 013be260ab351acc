import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Role } from './fault.js';
import type { Inputs } from './inputs.js';
import type { Ended } from './subject-processes.js';

/** Something that the command does to files, which can be broken off and started again. */
export interface Scenario {
  readonly name: string;
  /** What is shown of it in the table. */
  readonly title: string;
  /** Which of its processes are killed. */
  readonly roles: readonly Role[];
  /** The same the first time and afterwards. */
  args(inputs: Inputs, output: string): string[];
  environment?(output: string): Readonly<Record<string, string>>;
  /** What a process that was killed had finished by then. */
  finishedBy(output: string): Finished;
  /** What has to be the same however often the command was broken off. */
  outcome(output: string, ended: Ended): unknown;
  /** What of `before` is lost now; undefined where nothing is. `wasKilled`: the start since then may not have come as far as going on. */
  lost(output: string, before: Finished, wasKilled?: boolean): string | undefined;
}

/** What must not be lost: a number of things, or the things themselves. */
export type Finished = { readonly count: number; readonly things?: readonly string[] };

type Event = { readonly type: string; readonly step: number; readonly directory?: string; readonly seconds?: number };

function lines(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

const events = (output: string): Event[] =>
  lines(join(output, 'events.jsonl')).map((line) => JSON.parse(line) as Event);

/** Every file below a directory, links by where they lead, with its bytes. */
function content(directory: string): Record<string, string> {
  return Object.fromEntries(
    filesBelow(directory).map((path) => [relative(directory, path), readFileSync(path).toString('base64')]),
  );
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What is left of unfinished work: nothing may be, once the command came to its end. */
export function strays(directory: string): string[] {
  if (!existsSync(directory) || !lstatSync(directory).isDirectory()) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?:^|[/\\])(?:\.partial-|\.replacement-)|\.partial(?:-\d+)?$|\.incomplete$|(?:^|[/\\.])lock$/.test(path),
  );
}

/** JSON without what may differ: durations, paths, the time of day. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      ['seconds', 'model', 'directory', 'commands', 'environment'].includes(key) ? undefined : inner,
    ),
  ) as unknown;
}

function training(name: string, title: string, roles: readonly Role[] = ['command']): Scenario {
  return {
    ...{ name, title, roles },
    args: (inputs, output) => ['train', inputs.at(`${name}.json`), '--out', output, '--resume', '--json'],
    // The log has a checkpoint when saving it has returned.
    finishedBy: (output) => ({
      count: Math.max(0, ...events(output).flatMap(({ type, step }) => (type === 'checkpoint' ? [step] : []))),
      things: existsSync(join(output, 'result.json')) ? ['result.json'] : [],
    }),
    lost(output, { count, things = [] }, wasKilled) {
      // A run that was finished is not resumed, and its log not touched.
      if (things.length > 0) return undefined;
      const resumed =
        events(output).findLast(({ type }) => type === 'resume')?.step ?? (wasKilled === true ? count : 0);
      if (resumed >= count) return undefined;
      return `resumed from step ${resumed}, but the checkpoint of step ${count} had been written`;
    },
    outcome: (output, { out }) => ({
      result: comparable(JSON.parse(out)),
      record: comparable(JSON.parse(readFileSync(join(output, 'result.json'), 'utf8'))),
      events: comparable(events(output).filter(({ type }) => type !== 'resume')),
      model: content(join(output, 'model')),
      checkpoints: Object.fromEntries(
        Object.entries(content(join(output, 'checkpoints'))).filter(([path]) => !path.endsWith('trainer.json')),
      ),
    }),
  };
}

const answers: Scenario = {
  ...{ name: 'answers', title: 'answers of an evaluation (`profit eval --answers`)', roles: ['command'] },
  args: (inputs, output) => [
    ...['eval', '--model', inputs.at('base'), '--evaluator', 'exact-match', '--data', inputs.at('questions.jsonl')],
    ...['--backend', JSON.stringify({ name: 'onnxruntime', process: false, threads: 1 }), '--json'],
    ...['--set', 'maxTokens=4', '--answers', join(output, 'answers.jsonl')],
  ],
  finishedBy: (output) => {
    const things = lines(join(output, 'answers.jsonl'));
    return { count: things.length, things };
  },
  lost(output, { things = [] }) {
    const now = lines(join(output, 'answers.jsonl'));
    const missing = things.findIndex((line, index) => line !== now[index]);
    return missing < 0 ? undefined : `line ${missing + 1} of the answers was there and is not any more`;
  },
  outcome: (output, { out }) => ({
    result: comparable(JSON.parse(out)),
    lines: lines(join(output, 'answers.jsonl')).sort(),
  }),
};

function results(output: string): string[] {
  const runs = join(output, 'runs');
  if (!existsSync(runs)) return [];
  return readdirSync(runs).filter((hash) => existsSync(join(runs, hash, 'result.json')));
}

const ablation: Scenario = {
  ...{ name: 'ablation', title: 'an ablation and its runs (`profit ablate`)', roles: ['command', 'job'] },
  args: (inputs, output) => ['ablate', inputs.at('ablation.json'), '--out', output, '--json'],
  finishedBy: (output) => {
    const things = results(output).map(
      (hash) => `${hash} ${readFileSync(join(output, 'runs', hash, 'result.json'), 'utf8')}`,
    );
    return { count: things.length, things };
  },
  lost(output, { things = [] }) {
    const changed = things.find((thing) => {
      const [hash] = thing.split(' ', 1);
      return readFileSync(join(output, 'runs', hash, 'result.json'), 'utf8') !== thing.slice(hash.length + 1);
    });
    return changed === undefined ? undefined : `the finished run ${changed.slice(0, 16)} was run again`;
  },
  outcome: (output) => ({
    table: readFileSync(join(output, 'results.csv'), 'utf8'),
    models: results(output)
      .sort()
      // The base model is only evaluated.
      .map((hash) => join(output, 'runs', hash, 'training/model'))
      .map((model) => (existsSync(model) ? content(model) : {})),
  }),
};

export const dataRepository = 'someone/sums';

/** Of a data set that a server on this machine has: its address is in `HF_ENDPOINT`. */
const hub: Scenario = {
  ...{ name: 'hub', title: 'a download into the cache (`profit data pull`)', roles: ['command'] },
  args: () => ['data', 'pull', dataRepository, '--json'],
  environment: (output) => ({ HF_HUB_CACHE: output }),
  finishedBy: (output) => {
    const blobs = join(output, 'datasets--someone--sums', 'blobs');
    const things = existsSync(blobs) ? readdirSync(blobs).filter((name) => /^[0-9a-f]+$/.test(name)) : [];
    return { count: things.length, things };
  },
  lost(output, { things = [] }) {
    const gone = things.find((name) => !existsSync(join(output, 'datasets--someone--sums', 'blobs', name)));
    return gone === undefined ? undefined : `the blob ${gone} is gone`;
  },
  outcome: (output) => content(output),
};

export const scenarios: readonly Scenario[] = [
  training('onnxruntime', 'training, every weight, ONNX Runtime'),
  training('lora', 'training, LoRA, ONNX Runtime'),
  training('reference', 'training, float64 reference'),
  training('engine', 'training, model in a process of its own', ['command', 'engine']),
  training('memory', 'training that takes 700 MiB', []),
  answers,
  ablation,
  hub,
];

export function scenarioOf(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined)
    throw new Error(`no scenario ${name}; there are ${scenarios.map((one) => one.name).join(', ')}`);
  return found;
}
