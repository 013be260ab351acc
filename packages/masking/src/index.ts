export { sft } from './sft.js';
export { profit } from './profit.js';
export { dft } from './dft.js';
export { maskingRules } from './masking-rules.js';
