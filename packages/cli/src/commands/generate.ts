import { ProfitError, stopAtText, type Tokenizer } from '@profit-sft/core';
import { encodePrompt } from '@profit-sft/datasets';
import { namedPlugin, registryWith, type PluginArguments } from '../command-line/plugin-arguments.js';
import type { CommandContext } from '../command-line/program.js';
import { openModel } from '../model/open-model.js';

export interface GenerateArguments extends PluginArguments {
  readonly model: string;
  /** The base of a model that is an adapter. */
  readonly base?: string;
  readonly prompt: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
  /** Texts that end the continuation, and are not part of it. */
  readonly stop: readonly string[];
  readonly seed: number;
  readonly chat?: boolean;
  readonly json?: boolean;
}

/** What `profit generate --json` prints. */
export interface GenerateResult {
  /** The continuation, without the prompt, without special tokens, and up to the first stop string. */
  readonly text: string;
  /** The new tokens' ids, without the end token, and with those of the stop string. */
  readonly tokens: readonly number[];
  readonly finishReason: 'stop' | 'length';
}

/** The prompt as ids: a user turn by the chat template, or plain text. */
function encodePromptText(tokenizer: Tokenizer, prompt: string, chat: boolean | undefined): Int32Array {
  if (chat === true && !tokenizer.hasChatTemplate) {
    throw new ProfitError('config', 'the model has no chat template; leave out --chat');
  }
  if (chat === false && tokenizer.hasChatTemplate) return tokenizer.encode(prompt);
  // As training does with a row of this prompt, so that a trained model sees the tokens that it knows.
  return encodePrompt({ prompt, completion: '' }, tokenizer);
}

/**
 * The text of new tokens as it continues the prompt's text. Decoded alone, a first token loses its leading space with
 * some tokenizers.
 */
function continuationText(tokenizer: Tokenizer, prompt: Int32Array, tokens: Int32Array): string {
  const before = tokenizer.decode(prompt);
  const whole = tokenizer.decode([...prompt, ...tokens]);
  return whole.startsWith(before) ? whole.slice(before.length) : tokenizer.decode(tokens);
}

/** Greedy text takes the most probable token whatever these say. */
function refuseUnusedSampling({ temperature, topP, topK, minP }: GenerateArguments): void {
  if (temperature > 0) return;
  const given = Object.entries({ '--top-p': topP, '--top-k': topK, '--min-p': minP }).find(
    ([, value]) => value !== undefined,
  );
  if (given === undefined) return;
  throw new ProfitError('config', `${given[0]} changes nothing without --temperature above 0: the text is greedy`);
}

export async function runGenerate(options: GenerateArguments, context: CommandContext): Promise<void> {
  const { terminal } = context;
  refuseUnusedSampling(options);
  const extended = await registryWith(context.registry, options.plugin);
  const { registry, plugin: backend } = await namedPlugin(extended, 'backend', options.backend);
  const { model, tokenizer } = await openModel(options.model, registry, backend, { base: options.base });
  try {
    const prompt = encodePromptText(tokenizer, options.prompt, options.chat);
    if (prompt.length === 0) {
      throw new ProfitError('config', '--prompt is empty, and the tokenizer adds no token of its own to start from');
    }
    const { maxPositions } = model.description;
    if (prompt.length >= maxPositions) {
      throw new ProfitError(
        'config',
        `--prompt has ${prompt.length} tokens, and the model allows ${maxPositions} in all`,
      );
    }
    const { maxTokens, temperature, topP, topK, minP, repetitionPenalty, seed } = options;
    const stop = stopAtText(tokenizer, options.stop);
    const [generation] = await model.generate([prompt], {
      ...{ maxTokens, temperature, topP, topK, minP, repetitionPenalty, seed },
      ...(options.stop.length > 0 && { until: stop.until }),
    });
    const result: GenerateResult = {
      text: stop.cut(continuationText(tokenizer, prompt, generation.tokens)),
      tokens: [...generation.tokens],
      finishReason: generation.finishReason,
    };
    terminal.out.write(`${options.json === true ? JSON.stringify(result) : result.text}\n`);
  } finally {
    await model.dispose();
  }
}
