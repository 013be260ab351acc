export { reference } from './reference.js';
export { openModel } from './open-model.js';
export { ReferenceRuntime } from './reference-runtime.js';
export { ReferenceAdamw } from './reference-adamw.js';
export { ReferenceValue } from './reference-value.js';
