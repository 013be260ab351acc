export * from './checkpoint-index.js';
export type { DecoderShape } from './architecture/decoder-shape.js';
export type { AdaptedConfig } from './adapter/adapted-config.js';
export { layerPrograms, type LayerPrograms } from './architecture/layer-programs.js';
export {
  wholeLayerPrograms,
  type KeptValue,
  type WholeLayerPrograms,
  type WholeLayerProgramSet,
} from './architecture/whole-layer-programs.js';
export { layerParts, type KeptPart, type LayerParts, type LayerPartSet } from './architecture/layer-parts.js';
export {
  headPrograms,
  type HeadGradientRequest,
  type HeadPrograms,
  type HeadSignalRequest,
} from './architecture/head-programs.js';
export { headSlicePrograms, type HeadSlicePrograms } from './architecture/head-slice-programs.js';
export type { HeadDistribution, HeadSignal } from './architecture/head-signals.js';
export { decoderProgram } from './architecture/decoder-program.js';
export { lossProgram, type WholeModelShape } from './architecture/loss-program.js';
