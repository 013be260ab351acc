import type { DecoderShape } from '../architecture/decoder-shape.js';
import type { ModelConfig } from '../config/model-config.js';

/** A model as it is trained: with `adapters` only these, else all of it. */
export type AdaptedConfig = ModelConfig & Pick<DecoderShape, 'adapters'>;
