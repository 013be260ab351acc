import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import { createRegistry, type Registry } from '@profit-sft/core';
import { jsonl } from '@profit-sft/datasets';
import { exactMatch } from '@profit-sft/evaluators';
import { profit, sft } from '@profit-sft/masking';

interface Plugins {
  readonly masking: readonly [typeof sft, typeof profit];
  readonly backends: readonly [typeof onnxruntime];
  readonly datasets: readonly [typeof jsonl];
  readonly evaluators: readonly [typeof exactMatch];
}

/** Exactly what this demo uses. */
export const registry: Registry<Plugins> = createRegistry<Plugins>({
  masking: [sft, profit],
  backends: [onnxruntime],
  datasets: [jsonl],
  evaluators: [exactMatch],
});
