import { createRegistry, type Registry } from '@profit-sft/core';
import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import { tfjs } from '@profit-sft/backend-tfjs';
import { jsonl } from '@profit-sft/datasets';
import { evaluators } from '@profit-sft/evaluators';
import { maskingRules } from '@profit-sft/masking';

/** The plugins that come with the command. Configurations add their own with `plugins`. */
export const builtinRegistry: Registry<{
  readonly masking: typeof maskingRules;
  readonly backends: readonly [typeof onnxruntime, typeof tfjs];
  readonly datasets: readonly [typeof jsonl];
  readonly evaluators: typeof evaluators;
}> = createRegistry({ masking: maskingRules, backends: [onnxruntime, tfjs], datasets: [jsonl], evaluators });
