import type { ModelConfig } from '../config/model-config.js';
import type { Checkpoint } from './open-checkpoint.js';

const prefix = 'transformer.';

/**
 * The checkpoint with the names that `expectedParameters` gives. GPT-2's are published as those of the model without its head
 * (`h.0.ln_1.weight`) too, where transformers saves them as `transformer.h.0.ln_1.weight`.
 */
export function withCanonicalNames(
  checkpoint: Checkpoint,
  { parameterLayout }: Pick<ModelConfig, 'parameterLayout'>,
): Checkpoint {
  const withoutHead = parameterLayout === 'gpt2' && checkpoint.tensors.has('wte.weight');
  if (!withoutHead) return checkpoint;
  const canonical = (name: string): string => (name.startsWith('lm_head.') ? name : `${prefix}${name}`);
  const storedNames = new Map([...checkpoint.tensors.keys()].map((name) => [canonical(name), name]));
  return {
    ...checkpoint,
    tensors: new Map([...checkpoint.tensors].map(([name, tensor]) => [canonical(name), tensor])),
    readFloat32: (name, into) => checkpoint.readFloat32(storedNames.get(name) ?? name, into),
  };
}
