export { jsonl } from './jsonl.js';
export { inlineDataset } from './inline-dataset.js';
export { encodeDataset, type EncodedDataset, type EncodeOptions, type EncodingReport } from './encode-dataset.js';
export { encodePrompt } from './encode-prompt.js';
export { selectExamples, type ReferencePolicy } from './select-examples.js';
export { epochOrder } from './epoch-order.js';
export { packExamples, type PackOptions } from './pack-examples.js';
export { eventLoopTurns } from './event-loop-turns.js';
