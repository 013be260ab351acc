export { isFloatDtype, type SafetensorsDtype, type WritableDtype } from './safetensors/dtype.js';
export { InvalidSafetensorsError, type SafetensorsReason } from './safetensors/safetensors-error.js';
export type { TensorEntry } from './safetensors/parse-header.js';
export { floatToBfloat, floatToHalf } from './safetensors/float-conversion.js';
export { openSafetensors, type SafetensorsFile } from './safetensors/open-safetensors.js';
export { writeSafetensors, type TensorToWrite } from './safetensors/write-safetensors.js';
export {
  supportedArchitectures,
  type Architecture,
  type ModelConfig,
  type RopeScaling,
} from './config/model-config.js';
export { parseModelConfig, readModelConfig } from './config/read-model-config.js';
export { rotaryFrequencies, rotaryTables, type RotaryConfig, type RotaryTables } from './rope/rotary-tables.js';
export { expectedParameters, parameterCount, type ParameterSpecification } from './checkpoint/expected-parameters.js';
export { parameterLayout, type ParameterLayout } from './checkpoint/parameter-layout.js';
export { openCheckpoint, type Checkpoint, type CheckpointTensor } from './checkpoint/open-checkpoint.js';
export { saveCheckpoint, type ParameterToSave, type SaveOptions } from './checkpoint/save-checkpoint.js';
export { verifyCheckpoint, verifyTokenizerFits } from './checkpoint/verify-checkpoint.js';
export {
  adapterParameters,
  adaptedMaps,
  adapterNames,
  linearMaps,
  type LayerAdapters,
  type LinearMap,
} from './adapter/layer-adapters.js';
export { adapterScale, isAdapterDirectory, readAdapterConfig, type AdapterConfig } from './adapter/adapter-config.js';
export { adapterTargets } from './adapter/adapter-targets.js';
export { initialAdapterWeights } from './adapter/initial-adapter.js';
export { openAdapter, type Adapter } from './adapter/open-adapter.js';
export { adapterBase, locateModel } from './adapter/adapter-base.js';
export { mergeAdapter, mergedWeights, type MergeOptions } from './adapter/merge-adapter.js';
export { saveAdapter } from './adapter/save-adapter.js';
