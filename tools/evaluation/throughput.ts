import type { EvaluationResult, Generation } from '@profit-sft/core';
import { evaluateGsm8k, evaluatorPrompts, gsm8kOptions, type StoriesEvaluation } from './stories-evaluation.js';

/** Tokens generated, and how long it took. */
export interface Generated {
  readonly tokens: number;
  readonly seconds: number;
}

/** One round of what is compared, measured one after the other in one process. */
export interface ThroughputRound {
  /** The evaluator's whole pass: prompts, answers file, grading. */
  readonly evaluation: Generated;
  /** `generate` called with the same prompts and decoding, and nothing else. */
  readonly samePrompts: Generated;
  /** Decoding alone: as many prompts of one token, no end token, so that every place stays taken. */
  readonly decoding: Generated;
}

async function timed(run: () => Promise<number>): Promise<Generated> {
  const start = performance.now();
  const tokens = await run();
  return { tokens, seconds: (performance.now() - start) / 1000 };
}

const tokensOf = (generations: readonly Generation[]): number =>
  generations.reduce((sum, { tokens }) => sum + tokens.length, 0);

/** The tokens of an evaluation's items. */
const itemTokens = ({ items }: EvaluationResult): number =>
  items.reduce((sum, { tokens }) => sum + (typeof tokens === 'number' ? tokens : 0), 0);

export const rate = ({ tokens, seconds }: Generated): number => tokens / seconds;

export async function throughputRound(
  stories: StoriesEvaluation,
  answersFile: string,
): Promise<ThroughputRound & { readonly result: EvaluationResult }> {
  const { model, tokenizer } = stories;
  const prompts = evaluatorPrompts(stories);
  const { maxTokens } = gsm8kOptions;
  const begin = Int32Array.of(tokenizer.beginId ?? 1);
  let result: EvaluationResult | undefined;
  const decoding = await timed(async () =>
    tokensOf(
      await model.generate(
        prompts.map(() => begin),
        { maxTokens, endIds: [] },
      ),
    ),
  );
  const samePrompts = await timed(async () => tokensOf(await model.generate(prompts, { maxTokens })));
  const evaluation = await timed(async () => {
    result = await evaluateGsm8k(stories, { file: answersFile, model: 'stories260K' });
    return itemTokens(result);
  });
  return { evaluation, samePrompts, decoding, result: result as EvaluationResult };
}
