export { onnxruntime } from './onnxruntime.js';
export { OnnxModel, openModel, type OpenOptions } from './engine/open-model.js';
export { cpuEngine } from './engine/cpu-engine.js';
export { Parameter } from './engine/parameters.js';
export { emitProgram } from './onnx/emit-program.js';
export { compileProgram, floatTensor, intTensor, type Executable, type Feeds } from './runtime/onnx-runtime.js';
export { AttentionBlocks, type AttentionBlock, type BlockSize } from './engine/attention-blocks.js';
export { allocatorEnvironment } from './process/allocator-environment.js';
