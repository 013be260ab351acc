import type { Tensor } from 'onnxruntime-node';
import type { TokenDistributions } from '@profit-sft/core';
import { headPrograms, type DecoderShape, type HeadDistribution, type HeadPrograms } from '@profit-sft/models';
import { CompiledPrograms, type FinalNorm, normSums, normWeights, type Runtime } from '@profit-sft/engine';
import { floatTensor, intTensor, type Feeds } from '../runtime/onnx-runtime.js';
import type { CountedTokens } from './counted-tokens.js';
import { trainedParameter } from './parameters.js';
import { noSums, trainedNorm } from './trained-norm.js';
import type { Weight } from './weight.js';

/**
 * Bytes of probabilities in one chunk of rows, which holds several matrices of this size. Each chunk passes once over
 * the head's whole gradient and packs its weights anew.
 */
const chunkBytes = 24 * 2 ** 20;

/** A second term of the loss: Σ coefficients · CE(q, p). */
export interface SecondTerm {
  readonly distribution: HeadDistribution;
  readonly coefficients: Float32Array;
  /** Of the tokens, where q is the reference model's. */
  readonly reference?: TokenDistributions | undefined;
}

/** The reference model's log-probabilities of a range of tokens as a program takes them. */
export async function referenceFeeds(
  reference: TokenDistributions | undefined,
  first: number,
  count: number,
  vocabularySize: number,
): Promise<Feeds> {
  if (reference === undefined) return {};
  return { referenceLogProbs: floatTensor(await reference.logProbs(first, count), [count, vocabularySize]) };
}

/** The head's backward pass with two terms of the loss, over chunks of rows: q of a row needs all of its vocabulary. */
export class HeadRowChunks {
  private readonly programs: HeadPrograms;
  private readonly compiled: CompiledPrograms<Tensor>;

  constructor(
    private readonly shape: DecoderShape,
    private readonly norm: FinalNorm<Weight>,
    private readonly weight: Weight,
    runtime: Runtime<Tensor>,
  ) {
    this.programs = headPrograms(shape);
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
  }

  /** Adds both terms' gradient to the parameters', unless they are frozen; returns that of `hidden`. */
  async backward({ hidden, target, weights }: CountedTokens, term: SecondTerm): Promise<Tensor> {
    const { hiddenSize, vocabularySize } = this.shape;
    const { distribution, coefficients, reference } = term;
    const executable = await this.compiled.get(JSON.stringify(distribution), () =>
      this.programs.gradient({ fromLogProbs: false, distribution }),
    );
    const { sums, newSums } = this.gradientSums();
    const rows = target.length;
    const hiddenGradients = new Float32Array(rows * hiddenSize);
    const chunk = Math.max(1, Math.floor(chunkBytes / (4 * vocabularySize)));
    for (let start = 0; start < rows; start += chunk) {
      const end = Math.min(rows, start + chunk);
      const count = end - start;
      const states = (data: Float32Array): Tensor =>
        floatTensor(data.subarray(start * hiddenSize, end * hiddenSize), [count, hiddenSize]);
      await executable.run(
        {
          hidden: states(hidden),
          ...normWeights(this.norm),
          weight: this.weight.weightTensor,
          target: intTensor(target.subarray(start, end), [count]),
          weights: floatTensor(weights.subarray(start, end), [count, 1]),
          coefficients: floatTensor(coefficients.subarray(start, end), [count, 1]),
          ...sums,
          ...(await referenceFeeds(reference, start, count, vocabularySize)),
        },
        {
          hiddenGradient: states(hiddenGradients),
          ...newSums,
        },
      );
    }
    return floatTensor(hiddenGradients, [rows, hiddenSize]);
  }

  /** The sums of gradients so far and the new ones, which are the same memory. */
  private gradientSums(): typeof noSums {
    if (this.shape.adapters !== undefined) return noSums;
    const { sums, newSums } = normSums(trainedNorm(this.norm));
    const { gradientTensor } = trainedParameter(this.weight);
    return {
      sums: { ...sums, 'gradient:weight': gradientTensor },
      newSums: { ...newSums, 'newGradient:weight': gradientTensor },
    };
  }

  release(): Promise<void> {
    return this.compiled.release();
  }
}
