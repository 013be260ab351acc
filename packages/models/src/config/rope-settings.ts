import type { RopeScaling } from './model-config.js';
import { isJsonObject } from './read-json-file.js';
import { shown, type KeyReader } from './key-reader.js';

export interface RopeSettings {
  readonly ropeTheta: number;
  readonly ropeScaling: RopeScaling | undefined;
}

/**
 * Reads the rotary settings in either spelling: `rope_theta` beside `rope_scaling` (transformers 4), or both in
 * `rope_parameters` (transformers 5).
 */
export function readRopeSettings(config: KeyReader, maxPositions: number): RopeSettings {
  // transformers gives the old key precedence where both are present.
  const key = config.value('rope_scaling') === undefined ? 'rope_parameters' : 'rope_scaling';
  const rope = config.object(key);
  for (const [reader, prefix] of [[config, ''] as const, [rope, `${key}.`] as const]) {
    const partial = reader?.value('partial_rotary_factor');
    if (partial !== undefined && partial !== 1) {
      throw config.error(`${prefix}partial_rotary_factor`, `is ${shown(partial)}; only whole heads can be rotated (1)`);
    }
  }
  const outerTheta = config.positive('rope_theta', 10000);
  if (rope === undefined) return { ropeTheta: outerTheta, ropeScaling: undefined };
  const nested = rope.keys().find((name) => isJsonObject(rope.value(name)));
  if (nested !== undefined) throw rope.error(nested, 'sets rotary embeddings per layer type, which is not supported');
  return { ropeTheta: rope.positive('rope_theta', outerTheta), ropeScaling: readScaling(config, rope, maxPositions) };
}

function readScaling(config: KeyReader, rope: KeyReader, maxPositions: number): RopeScaling | undefined {
  const typeKey = rope.value('rope_type') === undefined ? 'type' : 'rope_type';
  const kind = rope.string(typeKey, 'default');
  if (kind === 'default') return undefined;
  if (kind === 'linear') return { kind, factor: rope.positive('factor') };
  if (kind !== 'llama3') {
    throw rope.error(typeKey, `is ${shown(kind)}, which is not supported; supported: default, linear, llama3`);
  }
  const counts = { minimum: 1, maximum: 2 ** 31 - 1 };
  const lowFrequencyFactor = rope.positive('low_freq_factor');
  const highFrequencyFactor = rope.positive('high_freq_factor');
  if (highFrequencyFactor <= lowFrequencyFactor) {
    throw rope.error(
      'high_freq_factor',
      `(${highFrequencyFactor}) must be above low_freq_factor (${lowFrequencyFactor})`,
    );
  }
  return {
    kind,
    factor: rope.positive('factor'),
    lowFrequencyFactor,
    highFrequencyFactor,
    originalMaxPositions:
      config.value('original_max_position_embeddings') === undefined
        ? rope.integer('original_max_position_embeddings', counts, maxPositions)
        : config.integer('original_max_position_embeddings', counts),
  };
}
