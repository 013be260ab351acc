import { InterruptedError, type Dataset, type TokenBatch, type Tokenizer, type TrainableModel } from '@profit-sft/core';
import { encodeDataset, encodePrompt, packExamples, selectExamples } from '@profit-sft/datasets';
import { openTokenizer } from '@profit-sft/tokenizers';
import { ProgressLine } from './progress.js';
import { registry } from './registry.js';
import { answer, paths, seed } from './settings.js';
import type { ShownReference } from './report-page.js';

export interface ModelEvaluation {
  readonly correct: number;
  readonly items: number;
  /** Generated texts in which an answer was found. */
  readonly answered: number;
  /** For the generation of all items. */
  readonly seconds: number;
  readonly samples: readonly { readonly prompt: string; readonly text: string; readonly correct: boolean }[];
  /** The first references of some held-out problems, with the model's probabilities. */
  readonly references: readonly ShownReference[];
}

const shownReferences = 6;

/** The tokens of some rows' first references with their log-probabilities. */
async function scoreReferences(
  model: TrainableModel,
  tokenizer: Tokenizer,
  dataset: Dataset,
): Promise<ShownReference[]> {
  const lengths = { maxLength: model.description.maxPositions, tooLong: 'truncate' } as const;
  const examples = selectExamples(await encodeDataset(dataset, tokenizer, lengths), 'first', 0, seed).slice(
    0,
    shownReferences,
  );
  const logProbs: number[][] = examples.map(() => []);
  for (const batch of packExamples(examples, { maxTokens: 2048, packing: true })) {
    const { length, sequence, position, logProb } = await model.score(batch, []);
    for (let i = 0; i < length; i++) logProbs[sequence[i]][position[i]] = logProb[i];
  }
  return examples.map(({ tokens, target, row }, index) => {
    let scored = 0;
    return {
      label: `held-out problem ${row + 1}`,
      tokens: Array.from(tokens, (token, at) => ({
        text: tokenizer.tokenText(token),
        target: target[at] === 1,
        ...(target[at] === 1 ? { logProb: logProbs[index][scored++] } : {}),
      })),
    };
  });
}

/** Generates a solution to every held-out problem and compares the answers. */
export async function evaluateModel(title: string, directory: string, signal: AbortSignal): Promise<ModelEvaluation> {
  const line = new ProgressLine(title);
  const dataset = await registry.dataset('jsonl', { path: paths.heldOut }).load();
  const tokenizer = await openTokenizer(directory);
  const model = await registry.backend('onnxruntime').open(directory);
  try {
    const lengths = { maxLength: model.description.maxPositions, tooLong: 'truncate' } as const;
    const startedAt = performance.now();
    const { metrics, items } = await registry.evaluator('exact-match', answer).evaluate({
      model,
      tokenizer,
      dataset,
      examples: (await encodeDataset(dataset, tokenizer, lengths)).rows.flat(),
      pack: (examples): Iterable<TokenBatch> => packExamples(examples, { maxTokens: 2048, packing: true }),
      encodePrompt: (row) => encodePrompt(typeof row === 'number' ? dataset.row(row) : row, tokenizer),
      seed,
      onProgress: (done, total) => {
        if (signal.aborted) throw new InterruptedError('stopped');
        line.update(done, total, 'solutions');
      },
    });
    const seconds = (performance.now() - startedAt) / 1000;
    line.finish(`${metrics.correct} of ${metrics.items} right, in ${seconds.toFixed(1)} s`);
    return {
      correct: metrics.correct,
      items: metrics.items,
      answered: metrics.answered,
      seconds,
      samples: items.slice(0, shownReferences).map(({ prompt, text, correct }) => ({
        prompt: String(prompt),
        text: String(text),
        correct: correct === true,
      })),
      references: await scoreReferences(model, tokenizer, dataset),
    };
  } finally {
    await model.dispose();
  }
}
