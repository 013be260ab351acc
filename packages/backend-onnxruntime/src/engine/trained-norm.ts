import type { FinalNorm, normSums } from '@profit-sft/engine';
import type { Tensor } from 'onnxruntime-node';
import { trainedParameter, type Parameter } from './parameters.js';
import type { Weight } from './weight.js';

/** Of a norm that is frozen. */
export const noSums: ReturnType<typeof normSums<Tensor>> = { sums: {}, newSums: {} };

export function trainedNorm({ weight, bias }: FinalNorm<Weight>): FinalNorm<Parameter> {
  return { weight: trainedParameter(weight), bias: bias && trainedParameter(bias) };
}
