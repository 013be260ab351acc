import { parseWith, schema } from '@profit-sft/core';
import type { TrainResult } from './train-result.js';

const { integer, number, object, oneOf, optional, record, string } = schema;

const counts = integer({ minimum: 0 });

/** `result.json`, as far as those who read it take it for granted. */
const resultSchema = object(
  {
    status: oneOf(['completed', 'early-stopped']),
    steps: counts,
    totalSteps: counts,
    skippedSteps: counts,
    metrics: record(number()),
    tokens: counts,
    model: string(),
    data: object({ train: record(counts), evaluation: optional(record(counts)) }),
    seconds: number(),
  },
  { open: true },
);

/**
 * The outcome that a finished run left in `result.json`.
 *
 * @throws InvalidConfigError naming the file and what is wrong in it
 */
export function parseTrainResult(value: unknown, file: string): TrainResult {
  return parseWith(resultSchema, value, file) as unknown as TrainResult;
}
