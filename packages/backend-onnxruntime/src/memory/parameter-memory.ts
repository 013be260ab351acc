import { parameterCount, type ModelConfig } from '@profit-sft/models';

/** What a model's parameters take and need. */
export interface ParameterMemory {
  /** Bytes of all weights as they are held. */
  readonly weightBytes: number;
  /** Parameters that are trained: each has a gradient and two moments in float32. */
  readonly trained: number;
  /** Bytes into which a layer's weights are expanded that are held in fewer bits. */
  readonly expandedBytes: number;
}

/** Of a model that is trained as a whole. */
export function allTrained(config: ModelConfig): ParameterMemory {
  const trained = parameterCount(config);
  return { weightBytes: 4 * trained, trained, expandedBytes: 0 };
}
