import type { ModelConfig } from '../config/model-config.js';

export interface RotaryTables {
  /** positions × headSize, row-major. */
  readonly cosine: Float32Array;
  readonly sine: Float32Array;
}

export type RotaryConfig = Pick<ModelConfig, 'headSize' | 'ropeTheta' | 'ropeScaling'>;

/**
 * Angular frequency of each rotated pair, in radians per position: θ^(−2i/headSize) for i in [0, headSize / 2), scaled
 * as transformers' `_compute_llama3_parameters` or `_compute_linear_scaling_rope_parameters` does, in float64.
 */
export function rotaryFrequencies(config: RotaryConfig): Float64Array {
  const { headSize, ropeTheta, ropeScaling } = config;
  return Float64Array.from({ length: headSize / 2 }, (_, pair) => {
    const frequency = ropeTheta ** ((-2 * pair) / headSize);
    if (ropeScaling === undefined) return frequency;
    const { factor } = ropeScaling;
    if (ropeScaling.kind === 'linear') return frequency / factor;
    const { lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions } = ropeScaling;
    /** Turns that the pair makes over the original context. */
    const turns = (originalMaxPositions * frequency) / (2 * Math.PI);
    if (turns < low) return frequency / factor;
    if (turns > high) return frequency;
    const smooth = (turns - low) / (high - low);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}

/**
 * Cosine and sine of every position's angles in the half-split layout of transformers' `rotate_half`: element i and
 * element i + headSize / 2 of a head form pair i, so each row holds the pairs' values twice. Computed in float64.
 */
export function rotaryTables(config: RotaryConfig, positions: Int32Array): RotaryTables {
  const { headSize } = config;
  const half = headSize / 2;
  const frequencies = rotaryFrequencies(config);
  const cosine = new Float32Array(positions.length * headSize);
  const sine = new Float32Array(positions.length * headSize);
  for (let row = 0; row < positions.length; row++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = positions[row] * frequencies[pair];
      const at = row * headSize + pair;
      cosine[at] = cosine[at + half] = Math.cos(angle);
      sine[at] = sine[at + half] = Math.sin(angle);
    }
  }
  return { cosine, sine };
}
