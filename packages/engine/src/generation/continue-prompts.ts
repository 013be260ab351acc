import { setImmediate } from 'node:timers/promises';
import { createRandom, ProfitError, type GenerateOptions, type Generation } from '@profit-sft/core';
import type { CacheBudget } from './cache-budget.js';
import { ContinuousBatch } from './continuous-batch.js';
import { choiceOf } from './generation-settings.js';
import type { PromptDecoder } from './prompt-decoder.js';
import { Sequence } from './sequence.js';

/** What generation has to know of a model. */
export interface Continuation {
  readonly vocabularySize: number;
  readonly maxPositions: number;
  /** Ids that end a sequence, unless the call names others. */
  readonly endIds: readonly number[];
  readonly budget: CacheBudget;
  /** Without a sequence yet. */
  decoder(): PromptDecoder;
}

/**
 * Continues prompts, several at a time, see `ContinuousBatch`. Each prompt draws from random numbers of its own, so that a result does
 * not depend on which prompts it was batched with.
 *
 * @throws ProfitError for a prompt that is empty or longer than the model's positions
 * @throws InvalidConfigError for options that mean nothing
 */
export async function continuePrompts(
  model: Continuation,
  prompts: readonly Int32Array[],
  options: GenerateOptions,
): Promise<Generation[]> {
  const choice = choiceOf(options, prompts.length);
  const endIds = new Set(options.endIds ?? model.endIds);
  const sequences = prompts.map((prompt, index) => sequenceOf(model, prompt, index, options));
  let generated = 0;
  const finish = (sequence: Sequence, reason: Generation['finishReason']): void => {
    sequence.finishReason = reason;
    options.onFinished?.(sequence.index, sequence.generation());
  };
  const advance = (sequence: Sequence, logits: Float32Array): void => {
    const token = sequence.choose(logits, choice);
    if (endIds.has(token)) return finish(sequence, 'stop');
    // The newest token needs a position of its own before another can follow it.
    const full = sequence.length >= model.maxPositions;
    sequence.push(token);
    generated++;
    if (options.until?.(sequence.index, token) === true) finish(sequence, 'stop');
    else if (full || sequence.generated >= options.maxTokens) finish(sequence, 'length');
  };
  if (options.maxTokens <= 0) for (const sequence of sequences) finish(sequence, 'length');
  else {
    const decoder = model.decoder();
    const batch = new ContinuousBatch(decoder, model.vocabularySize, model.budget, sequences, advance);
    const listens = options.onProgress !== undefined || options.until !== undefined || options.onFinished !== undefined;
    try {
      while (!batch.finished) {
        if (await batch.admit()) options.onProgress?.(generated);
        if (await batch.step()) options.onProgress?.(generated);
        // Runtimes compute without a turn of the event loop; whoever listens may have something to say, or to draw.
        if (listens) await setImmediate();
      }
    } finally {
      decoder.release();
    }
  }
  return sequences.map((sequence) => sequence.generation());
}

function sequenceOf(
  { maxPositions }: Continuation,
  prompt: Int32Array,
  index: number,
  { seed, seeds }: GenerateOptions,
): Sequence {
  if (prompt.length === 0) throw new ProfitError('config', `prompt ${index} is empty: generation needs a first token`);
  if (prompt.length > maxPositions) {
    throw new ProfitError(
      'config',
      `prompt ${index} has ${prompt.length} tokens; the model has ${maxPositions} positions. Shorten the prompt.`,
    );
  }
  const random =
    seeds === undefined ? createRandom(seed ?? 0, 'generate', index) : createRandom(seeds[index], 'generate');
  return new Sequence(index, prompt, random);
}
