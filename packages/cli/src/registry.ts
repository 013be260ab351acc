import { createRegistry, type Registry } from '@profit-sft/core';
import { annotators } from '@profit-sft/annotators';
import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import { reference } from '@profit-sft/backend-reference';
import { tfjs } from '@profit-sft/backend-tfjs';
import { transformers } from '@profit-sft/backend-transformers';
import { file, jsonl, referenceSlice } from '@profit-sft/datasets';
import { launchers } from '@profit-sft/experiments';
import { evaluators } from '@profit-sft/evaluators';
import { hub } from '@profit-sft/hub';
import { maskingRules } from '@profit-sft/masking';

/** The plugins that come with the command. Configurations add their own with `plugins`. */
export const builtinRegistry: Registry<{
  readonly masking: typeof maskingRules;
  readonly backends: readonly [typeof onnxruntime, typeof tfjs, typeof reference, typeof transformers];
  readonly datasets: readonly [typeof file, typeof jsonl, typeof referenceSlice, typeof hub];
  readonly evaluators: typeof evaluators;
  readonly annotators: typeof annotators;
  readonly launchers: typeof launchers;
}> = createRegistry({
  masking: maskingRules,
  backends: [onnxruntime, tfjs, reference, transformers],
  datasets: [file, jsonl, referenceSlice, hub],
  evaluators,
  annotators,
  launchers,
});
