import { InvalidConfigError, schema, type ConfigIssue } from '@profit-sft/core';

/** How a model is asked to write, complete: what an answers file records. */
export interface Decoding {
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
  /** The answer ends before the first of these. */
  readonly stop: readonly string[];
}

/** What a named preset sets. An evaluator has its own `maxTokens`, and `repeats` where its source has. */
export interface DecodingPreset {
  readonly maxTokens: number;
  readonly repeats?: number;
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
}

/**
 * Decoding by name. `greedy`: the most probable token each time. `profit`: what the paper samples with for Qwen3 and OLMo-2,
 * temperature 0.7, top-p 0.8, top-k 20 and 8 answers to each question (arXiv 2601.09195, appendix B).
 */
export const decodingPresets = {
  greedy: { temperature: 0 },
  profit: { temperature: 0.7, topP: 0.8, topK: 20, repeats: 8 },
} as const;

/** Single settings, each of which takes the place of the preset's. */
const decodingOverrides = {
  maxTokens: schema.optional(schema.integer({ minimum: 1, description: 'most new tokens; default: the preset’s' })),
  temperature: schema.optional(schema.number({ minimum: 0, description: '0 is greedy; default: the preset’s' })),
  topP: schema.optional(
    schema.number({
      minimum: 0,
      maximum: 1,
      exclusive: 'minimum',
      description: 'keep the most probable tokens that reach this',
    }),
  ),
  topK: schema.optional(schema.integer({ minimum: 1, description: 'keep this many most probable tokens' })),
  minP: schema.optional(
    schema.number({ minimum: 0, maximum: 1, description: 'keep tokens of this share of the largest probability' }),
  ),
  repetitionPenalty: schema.optional(
    schema.number({ minimum: 0, exclusive: true, description: 'of tokens that are there already; 1 changes nothing' }),
  ),
  stop: schema.optional(
    schema.array(schema.string(), { description: 'strings that end an answer; default: the source’s' }),
  ),
};

const repeatsOption = {
  repeats: schema.optional(
    schema.integer({ minimum: 1, description: 'answers to each question; default: the preset’s' }),
  ),
};

type Overrides = Partial<schema.ObjectOutput<typeof decodingOverrides & typeof repeatsOption>>;

/** The options `decoding` (one of these presets) and what overrides it. */
export function decodingOptions<const Name extends string>(presets: readonly Name[], preset: NoInfer<Name>) {
  return {
    decoding: schema.oneOf(presets, { default: preset, description: 'preset of the settings below' }),
    ...decodingOverrides,
  };
}

/** As {@link decodingOptions}, with `repeats`. */
export function repeatedDecodingOptions<const Name extends string>(presets: readonly Name[], preset: NoInfer<Name>) {
  return { ...decodingOptions(presets, preset), ...repeatsOption };
}

/**
 * The decoding that options mean, and how often.
 *
 * @throws InvalidConfigError for settings without effect: cuts of the distribution, or repeats, where decoding is greedy
 */
export function resolveDecoding(
  evaluator: string,
  preset: DecodingPreset,
  options: Overrides,
  stop: readonly string[] = [],
): { readonly decoding: Decoding; readonly repeats: number } {
  const { maxTokens, temperature, topP, topK, minP, repetitionPenalty } = { ...preset, ...defined(options) };
  const greedy = temperature === 0;
  const repeats = options.repeats ?? (greedy ? 1 : (preset.repeats ?? 1));
  if (greedy) {
    const chosen = defined({ topP: options.topP, topK: options.topK, minP: options.minP });
    const issues: ConfigIssue[] = Object.keys(chosen).map((path) => ({
      path,
      message: 'has no effect on greedy decoding; set a temperature, or decoding to profit',
    }));
    if (repeats > 1) {
      const message = `greedy decoding gives ${repeats} times the same answer; set a temperature, or decoding to profit`;
      issues.push({ path: 'repeats', message });
    }
    if (issues.length > 0) throw new InvalidConfigError(`evaluator "${evaluator}"`, issues);
  }
  const cuts = greedy ? {} : defined({ topP, topK, minP });
  return {
    decoding: { maxTokens, temperature, ...cuts, ...defined({ repetitionPenalty }), stop: options.stop ?? stop },
    repeats,
  };
}

/** Without the keys whose value is undefined. */
function defined<T extends object>(object: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
