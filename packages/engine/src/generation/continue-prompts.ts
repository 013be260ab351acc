import { createRandom, ProfitError, type GenerateOptions, type Generation, type Random } from '@profit-sft/core';
import { chooseToken, type Choice } from './choose-token.js';

/** Runs a group of prompts, then one token more of each at a time, with whatever it keeps of the tokens before. */
export interface PromptDecoder {
  /** Runs the prompts. Logits [prompts, vocabularySize] of the token that follows each. */
  prefill(prompts: readonly Int32Array[]): Promise<Float32Array>;
  /** Runs the newest token of each sequence that is left. Logits [sequences, vocabularySize] of the next. */
  step(tokens: Int32Array): Promise<Float32Array>;
  /** Lets go of all sequences but those at these rows, which keep their order. */
  keep(rows: readonly number[]): Promise<void>;
  release(): void;
}

/** What generation has to know of a model. */
export interface Continuation {
  readonly vocabularySize: number;
  readonly maxPositions: number;
  /** Ids that end a sequence, unless the call names others. */
  readonly endIds: readonly number[];
  /** Prompts that are continued together. */
  readonly sequencesPerGroup: number;
  /** A decoder for prompts of these lengths. */
  decoder(prompts: readonly Int32Array[], maxTokens: number): PromptDecoder;
}

/** One prompt on its way. */
interface Sequence {
  readonly prompt: Int32Array;
  readonly random: Random;
  readonly tokens: number[];
  finishReason: Generation['finishReason'] | undefined;
}

/**
 * Continues prompts, several at a time. Prompts of similar length go together; a sequence that has ended leaves its group.
 * Each prompt draws from random numbers of its own, so that a result does not depend on which prompts it was batched with.
 */
export async function continuePrompts(
  model: Continuation,
  prompts: readonly Int32Array[],
  options: GenerateOptions,
): Promise<Generation[]> {
  const sequences = prompts.map((prompt, index): Sequence => {
    if (prompt.length === 0)
      throw new ProfitError('config', `prompt ${index} is empty: generation needs a first token`);
    if (prompt.length > model.maxPositions) {
      throw new ProfitError(
        'config',
        `prompt ${index} has ${prompt.length} tokens; the model has ${model.maxPositions} positions. Shorten the prompt.`,
      );
    }
    const random = createRandom(options.seed ?? 0, 'generate', index);
    return { prompt, random, tokens: [], finishReason: undefined };
  });
  const byLength = [...sequences].sort((a, b) => a.prompt.length - b.prompt.length);
  let generated = 0;
  const progress = (tokens: number): void => options.onProgress?.((generated += tokens));
  for (let start = 0; start < byLength.length && options.maxTokens > 0; start += model.sequencesPerGroup) {
    await continueGroup(model, byLength.slice(start, start + model.sequencesPerGroup), options, progress);
  }
  return sequences.map(({ tokens, finishReason }) => ({
    tokens: Int32Array.from(tokens),
    finishReason: finishReason ?? 'length',
  }));
}

async function continueGroup(
  model: Continuation,
  group: readonly Sequence[],
  options: GenerateOptions,
  progress: (tokens: number) => void,
): Promise<void> {
  const choice: Choice = { temperature: options.temperature ?? 0, topP: options.topP ?? 1, topK: options.topK ?? 0 };
  const endIds = new Set(options.endIds ?? model.endIds);
  const prompts = group.map(({ prompt }) => prompt);
  const decoder = model.decoder(prompts, options.maxTokens);
  let active = group;
  try {
    let logits = await decoder.prefill(prompts);
    for (;;) {
      active.forEach((sequence, row) => {
        const own = logits.subarray(row * model.vocabularySize, (row + 1) * model.vocabularySize);
        const token = chooseToken(own, choice, sequence.random);
        if (endIds.has(token)) {
          sequence.finishReason = 'stop';
          return;
        }
        // The newest token needs a position of its own before another can follow it.
        const positions = sequence.prompt.length + sequence.tokens.length;
        sequence.tokens.push(token);
        if (sequence.tokens.length >= options.maxTokens || positions >= model.maxPositions) {
          sequence.finishReason = 'length';
        }
      });
      progress(active.length);
      const kept = active.flatMap(({ finishReason }, row) => (finishReason === undefined ? [row] : []));
      if (kept.length === 0) return;
      if (kept.length < active.length) {
        active = kept.map((row) => active[row]);
        await decoder.keep(kept);
      }
      logits = await decoder.step(Int32Array.from(active, ({ tokens }) => tokens[tokens.length - 1]));
    }
  } finally {
    decoder.release();
  }
}
