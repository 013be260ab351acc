import { describeBackend } from '@profit-sft/testing';
import { reference } from './reference.js';

describeBackend(reference, {
  name: 'reference',
  options: { process: false },
  // What leaves it is rounded to float32, and nothing before.
  tolerance: { signals: 1e-6, batches: 1e-6, gradients: 1e-5 },
});
