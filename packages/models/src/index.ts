export * from './checkpoint-index.js';
export type { DecoderShape } from './architecture/decoder-shape.js';
export {
  layerPrograms,
  type KeptValue,
  type LayerPrograms,
  type LayerProgramSet,
} from './architecture/layer-programs.js';
export { headPrograms, type HeadPrograms } from './architecture/head-programs.js';
export { lossProgram, type WholeModelShape } from './architecture/loss-program.js';
