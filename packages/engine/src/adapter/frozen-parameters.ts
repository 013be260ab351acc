import type { AdapterSettings } from '@profit-sft/core';
import {
  expectedParameters,
  type ModelConfig,
  type ParameterSpecification,
  type SafetensorsDtype,
} from '@profit-sft/models';
import type { FrozenStorage, ParameterDeclaration } from '../passes/parameters.js';

/** A base's parameters with how each is held. `dtypeOf` tells the element type of a parameter's file. */
export function frozenParameters(
  config: ModelConfig,
  base: AdapterSettings['base'] = 'float32',
  dtypeOf: (name: string) => SafetensorsDtype | undefined,
): (ParameterDeclaration & { readonly frozen: FrozenStorage })[] {
  return expectedParameters(config).map((own) => ({ ...own, frozen: storageOf(own, base, dtypeOf(own.name)) }));
}

/** Vectors are not worth a conversion. As in LLM.int8() (arXiv 2208.07339), 8 bits are for the layers' matrices only. */
function storageOf(
  { kind, layer }: ParameterSpecification,
  base: NonNullable<AdapterSettings['base']>,
  dtype: SafetensorsDtype | undefined,
): FrozenStorage {
  if (base === 'float32' || kind === 'norm' || kind === 'bias') return 'float32';
  if (base === 'int8' && kind === 'linear' && layer !== undefined) return 'int8';
  return dtype === 'F16' ? 'float16' : dtype === 'BF16' ? 'bfloat16' : 'float32';
}
