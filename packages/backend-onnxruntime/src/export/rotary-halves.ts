import { rotaryTables, type ModelConfig } from '@profit-sft/models';

export interface RotaryTable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * The constants `rotary.cosine` and `rotary.sine` of `decoderProgram`, [maxPositions, headSize / 2]; none where positions are learned. Tables, and not sines in
 * the program, because they are computed in float64: they have the engine's own numbers, also at late positions.
 */
export function rotaryHalves(config: ModelConfig): RotaryTable[] {
  if (config.positions !== 'rotary') return [];
  const { headSize, maxPositions } = config;
  const half = headSize / 2;
  const shape = [maxPositions, half];
  const tables = rotaryTables(
    config,
    Int32Array.from({ length: maxPositions }, (_, position) => position),
  );
  return (['cosine', 'sine'] as const).map((name) => {
    const data = new Float32Array(maxPositions * half);
    for (let row = 0; row < maxPositions; row++) {
      data.set(tables[name].subarray(row * headSize, row * headSize + half), row * half);
    }
    return { name: `rotary.${name}`, shape, data };
  });
}
