import { createRandom, type EvaluationContext, type FrozenModel, type GenerateOptions } from '@profit-sft/core';
import { characterTokenizer, evaluationContext } from '@profit-sft/testing';

export interface WritingModelOptions {
  /** Whether prompts are reported as they finish; engines may also hand over all at the end. */
  readonly reports?: boolean;
  readonly maxPositions?: number;
  /** What is written instead of random digits: by prompt, or for every prompt. */
  readonly write?: (prompt: string) => string;
  /** Called before each prompt that is answered. */
  readonly onPrompt?: (prompt: string, index: number) => Promise<void> | void;
}

/**
 * A model that writes digits drawn from the seed and the prompt, character by character, in the order of the prompts but the last first: for tests of
 * what is done with answers. It keeps the contract of `generate` for `seeds`, `until` and `onFinished`.
 */
export function writingModel({ reports = true, maxPositions = 4096, write, onPrompt }: WritingModelOptions = {}) {
  const tokenizer = characterTokenizer();
  const calls: { prompts: string[]; options: GenerateOptions }[] = [];
  const model = {
    description: { maxPositions, runtime: 'testing' },
    async generate(prompts: readonly Int32Array[], options: GenerateOptions) {
      calls.push({ prompts: prompts.map((prompt) => tokenizer.decode(prompt)), options });
      const generations = prompts.map(() => ({ tokens: new Int32Array(), finishReason: 'stop' as 'stop' | 'length' }));
      for (const index of [...prompts.keys()].reverse()) {
        const prompt = tokenizer.decode(prompts[index]);
        await onPrompt?.(prompt, index);
        const random = createRandom(options.seeds?.[index] ?? options.seed ?? 0, prompt, options.temperature ?? 0);
        const whole = write?.(prompt) ?? Array.from({ length: 12 }, () => random.integer(10)).join('');
        const tokens: number[] = [];
        for (const token of tokenizer.encode(whole, { addSpecialTokens: false })) {
          tokens.push(token);
          if (tokens.length >= options.maxTokens || options.until?.(index, token) === true) break;
        }
        const finishReason = tokens.length >= options.maxTokens && whole.length > tokens.length ? 'length' : 'stop';
        generations[index] = { tokens: Int32Array.from(tokens), finishReason };
        if (reports) options.onFinished?.(index, generations[index]);
      }
      return generations;
    },
  };
  return { model: model as unknown as FrozenModel, calls };
}

/** A context in which such a model answers. */
export function writingContext(
  rows: Parameters<typeof evaluationContext>[0],
  options: WritingModelOptions = {},
  parts: Partial<EvaluationContext> = {},
) {
  const { model, calls } = writingModel(options);
  return { context: evaluationContext(rows, { model: model as EvaluationContext['model'], ...parts }), calls };
}
