export {
  openTransformersTokenizer,
  type TransformersTokenizerOptions,
} from './tokenizer/open-transformers-tokenizer.js';
export { transformers } from './transformers.js';
export { openModel, type OpenOptions } from './model/open-model.js';
export { TransformersModel } from './model/transformers-model.js';
export {
  findInstallation,
  packageNames,
  type Installation,
  type PackageName,
} from './installation/find-installation.js';
