import { referenceArray, runReference, type ReferenceArray } from '@profit-sft/graph';
import { decoderProgram, rotaryTables, type ModelConfig } from '@profit-sft/models';
import type { ParameterArrays } from './reference-pass.js';

/** Logits behind each token of a text, [vocabularySize] each, in float64 by the whole decoder as one program without a cache. */
export function referenceLogits(
  config: ModelConfig,
  parameters: ParameterArrays,
  text: readonly number[],
): Float64Array[] {
  const { layers, keyValueHeads, headSize, vocabularySize: width } = config;
  const places = Int32Array.from(text.keys());
  const row = (values: ArrayLike<number>) => referenceArray([1, text.length], values);
  const caches = Array.from({ length: layers }, (_, layer) =>
    ['key', 'value'].map((part) => [
      `past_key_values.${layer}.${part}`,
      referenceArray([1, keyValueHeads, 0, headSize], []),
    ]),
  ).flat();
  const { logits } = runReference(decoderProgram(config), {
    ...{ input_ids: row(text), position_ids: row(places), attention_mask: row(text.map(() => 1)) },
    ...(Object.fromEntries(caches) as Record<string, ReferenceArray>),
    ...rotaryHalves(config),
    ...Object.fromEntries(parameters),
  });
  return text.map((_, place) => logits.data.slice(place * width, (place + 1) * width));
}

/** The tables of all positions; the second half of each row repeats the first. */
function rotaryHalves(config: ModelConfig): Record<string, ReferenceArray> {
  if (config.positions === 'learned') return {};
  const { headSize, maxPositions } = config;
  const { cosine, sine } = rotaryTables(
    config,
    Int32Array.from({ length: maxPositions }, (_, place) => place),
  );
  const half = (table: Float32Array) =>
    referenceArray(
      [maxPositions, headSize / 2],
      table.filter((_, index) => index % headSize < headSize / 2),
    );
  return { 'rotary.cosine': half(cosine), 'rotary.sine': half(sine) };
}
