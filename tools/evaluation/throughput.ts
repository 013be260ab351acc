import type { EvaluationResult, Generation } from '@profit-sft/core';
import { evaluateGsm8k, evaluatorPrompts, gsm8kOptions, type StoriesEvaluation } from './stories-evaluation.js';

/** Tokens generated, and how long it took. */
export interface Generated {
  readonly tokens: number;
  readonly seconds: number;
}

/** What is compared, measured one after the other in one process. */
export interface ThroughputRound {
  /** The evaluator: prompts, answers file, grading. */
  readonly evaluation: Generated;
  /** `generate` called with the same prompts and decoding, and nothing else. */
  readonly samePrompts: Generated;
  /** Raw batched decoding: as many sequences, all as long as these in the mean, no end token, so that every place stays taken. */
  readonly raw: Generated;
  /** The same with prompts of one token: next to nothing is read, and the sequences are shorter. */
  readonly shortest: Generated;
}

async function timed(run: () => Promise<number>): Promise<Generated> {
  const start = performance.now();
  const tokens = await run();
  return { tokens, seconds: (performance.now() - start) / 1000 };
}

const tokensOf = (generations: readonly Generation[]): number =>
  generations.reduce((sum, { tokens }) => sum + tokens.length, 0);

/** The tokens of an evaluation's items. */
export const itemTokens = ({ items }: EvaluationResult): number =>
  items.reduce((sum, { tokens }) => sum + (typeof tokens === 'number' ? tokens : 0), 0);

export const rate = ({ tokens, seconds }: Generated): number => tokens / seconds;

/** Some rows of a data set, as a data set. */
function slice({ dataset, ...others }: StoriesEvaluation, first: number, length: number): StoriesEvaluation {
  return {
    ...others,
    dataset: {
      length,
      row: (index) => dataset.row(first + index),
      origin: (index) => dataset.origin(first + index),
      fingerprint: `${dataset.fingerprint}, ${length} from ${first}`,
    },
  };
}

/** Questions in a part: twice as many as the engine decodes at once. */
const partLength = 32;

/**
 * Parts of the data set, spread over it, each measured for itself: what else the machine does changes within seconds, so what is
 * compared must lie close together.
 */
export async function throughputRounds(
  stories: StoriesEvaluation,
  parts: number,
  answersFile: (part: number) => string,
): Promise<ThroughputRound[]> {
  const rounds: ThroughputRound[] = [];
  const { length } = stories.dataset;
  for (let part = 0; part < parts; part++) {
    const count = Math.min(partLength, Math.floor(length / parts));
    const some = slice(stories, Math.floor((part * length) / parts), count);
    rounds.push(await throughputRound(some, answersFile(part), part));
  }
  return rounds;
}

/** One of them. The order changes from part to part, so that none of them has the first or last place by itself. */
async function throughputRound(
  stories: StoriesEvaluation,
  answersFile: string,
  part: number,
): Promise<ThroughputRound> {
  const { model, tokenizer } = stories;
  const prompts = evaluatorPrompts(stories);
  const { maxTokens } = gsm8kOptions;
  const begin = tokenizer.beginId ?? 1;
  const meanLength = Math.round(prompts.reduce((sum, prompt) => sum + prompt.length, 0) / prompts.length);
  const endless = async (length: number): Promise<number> => {
    const equal = prompts.map(() => new Int32Array(length).fill(begin));
    return tokensOf(await model.generate(equal, { maxTokens, endIds: [] }));
  };
  const runs: [keyof ThroughputRound, () => Promise<number>][] = [
    ['raw', () => endless(meanLength)],
    ['shortest', () => endless(1)],
    ['samePrompts', async () => tokensOf(await model.generate(prompts, { maxTokens }))],
    ['evaluation', async () => itemTokens(await evaluateGsm8k(stories, { file: answersFile, model: 'stories260K' }))],
  ];
  const measured: Partial<Record<keyof ThroughputRound, Generated>> = {};
  for (let place = 0; place < runs.length; place++) {
    const [name, run] = runs[(place + part) % runs.length];
    measured[name] = await timed(run);
  }
  return measured as Record<keyof ThroughputRound, Generated>;
}

/** An evaluation, and how much of its time the model's `generate` took. */
export async function timedEvaluation(
  stories: StoriesEvaluation,
  answersFile: string,
): Promise<{ readonly result: EvaluationResult; readonly seconds: number; readonly generating: number }> {
  let generating = 0;
  const { model } = stories;
  const watched: StoriesEvaluation['model'] = {
    description: model.description,
    score: (...args) => model.score(...args),
    distributions: (...args) => model.distributions(...args),
    dispose: () => model.dispose(),
    async generate(prompts, options) {
      const start = performance.now();
      const generations = await model.generate(prompts, options);
      generating += (performance.now() - start) / 1000;
      return generations;
    },
  };
  const start = performance.now();
  const result = await evaluateGsm8k({ ...stories, model: watched }, { file: answersFile, model: 'stories260K' });
  return { result, seconds: (performance.now() - start) / 1000, generating };
}
