import { dft } from './dft.js';
import { profit } from './profit.js';
import { sft } from './sft.js';

/** Every rule of this package, for `createRegistry({ masking: maskingRules })`. */
export const maskingRules: readonly [typeof sft, typeof profit, typeof dft] = [sft, profit, dft];
