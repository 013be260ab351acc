import { defineDataset, schema } from '@profit-sft/core';
import { inlineDataset } from '@profit-sft/datasets';
import { generateProblems } from './problems.js';
import { toRow } from './rows.js';

const { integer, object, oneOf } = schema;

/** The problems as a data set: a configuration names it, and no file has to be written. */
export default defineDataset({
  name: 'word-problems',
  description: 'generated arithmetic word problems, several references each',
  source: 'ours',
  options: object({
    seed: integer({ default: 1, description: 'of the generator' }),
    count: integer({ minimum: 1, description: 'how many problems' }),
    split: oneOf(['train', 'held-out'], { description: 'no set of numbers is in both' }),
    references: integer({
      minimum: 1,
      maximum: 12,
      default: 6,
      description: 'differently worded references of each problem; the first 8 each in a style of its own',
    }),
  }),
  create: (options) => ({
    load: () => Promise.resolve(inlineDataset(generateProblems(options).map(toRow), `word-problems ${options.split}`)),
  }),
});
