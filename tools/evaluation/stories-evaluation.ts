import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import type { AnswersSetting, Dataset, EvaluationResult, FrozenModel, Tokenizer } from '@profit-sft/core';
import { encodePrompt, file, packExamples } from '@profit-sft/datasets';
import { gsm8k } from '@profit-sft/evaluators';
import { openTokenizer } from '@profit-sft/tokenizers';

export const sharedData =
  process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
export const storiesModel = join(sharedData, 'models/stories260K/hf');
export const gsm8kFile = join(sharedData, 'benchmarks/gsm8k/test.jsonl');

/** The source's zero-shot form; the 8 examples are longer than the model allows. */
export const gsm8kOptions = { prompt: 'zero-shot', maxTokens: 256 } as const;
export const gsm8kColumns = { prompt: 'question', completion: 'answer' } as const;

/** stories260K, in the process that the command gives a model, and GSM8K. */
export interface StoriesEvaluation {
  readonly model: FrozenModel;
  readonly tokenizer: Tokenizer;
  readonly dataset: Dataset;
}

export async function openStories(): Promise<StoriesEvaluation> {
  const dataset = await file({ path: gsm8kFile, columns: gsm8kColumns }).load();
  return { model: await onnxruntime().open(storiesModel), tokenizer: await openTokenizer(storiesModel), dataset };
}

/** The prompts that the evaluator asks and the model has room for, as ids. */
export function evaluatorPrompts({ model, tokenizer, dataset }: StoriesEvaluation): Int32Array[] {
  const prompts = Array.from({ length: dataset.length }, (_, index) => {
    const row = dataset.row(index);
    const question = 'prompt' in row ? row.prompt : '';
    return encodePrompt({ prompt: `Q: ${question}\nA: Let's think step by step.` }, tokenizer);
  });
  return prompts.filter((prompt) => prompt.length < model.description.maxPositions);
}

/** A pass over GSM8K, as `profit eval` makes it. */
export function evaluateGsm8k(
  { model, tokenizer, dataset }: StoriesEvaluation,
  answers?: AnswersSetting,
): Promise<EvaluationResult> {
  return gsm8k(gsm8kOptions).evaluate({
    ...{ model, tokenizer, dataset, examples: [], seed: 0 },
    pack: (examples) => packExamples(examples, { maxTokens: 2048, packing: true }),
    encodePrompt: (row) => encodePrompt(typeof row === 'number' ? dataset.row(row) : row, tokenizer),
    ...(answers === undefined ? {} : { answers }),
  });
}
