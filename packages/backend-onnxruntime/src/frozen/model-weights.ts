import type { Parameter } from '../engine/parameters.js';
import type { Weight } from '../engine/weight.js';
import type { ParameterMemory } from '../memory/parameter-memory.js';
import { FrozenWeight } from './frozen-weight.js';

/** A model's weights in the process's memory. */
export interface ModelWeights {
  /** In canonical order, those of adapters last. */
  readonly all: readonly Weight[];
  /** Those that are trained. */
  readonly trained: readonly Parameter[];
}

export function parameterMemory({ all, trained }: ModelWeights): ParameterMemory {
  // The embedding and the head are expanded in rows and slices; what uses the whole head expands it as well, which is not known here.
  const slots = new Map(
    all
      .filter((weight) => weight instanceof FrozenWeight)
      .filter(({ name }) => /\.\d+\./.test(name))
      .map(({ slot, size }) => [slot, 4 * size] as const),
  );
  return {
    weightBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    trained: trained.reduce((sum, { size }) => sum + size, 0),
    expandedBytes: [...slots.values()].reduce((sum, bytes) => sum + bytes, 0),
  };
}
