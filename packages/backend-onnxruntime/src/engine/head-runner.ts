import type { Tensor } from 'onnxruntime-node';
import { defaultTopK, type ModelSignalName, type PassOptions, type TokenDistributions } from '@profit-sft/core';
import {
  headPrograms,
  type DecoderShape,
  type HeadDistribution,
  type HeadPrograms,
  type HeadSignal,
} from '@profit-sft/models';
import {
  CompiledPrograms,
  expectedRanks,
  type FinalNorm,
  type Head,
  type HeadPass,
  type HeadSignalArrays,
  normWeights,
  type PassBudget,
  type Runtime,
} from '@profit-sft/engine';
import { floatTensor, intTensor } from '../runtime/onnx-runtime.js';
import { FloatBuffer } from './float-buffer.js';
import { HeadRowChunks, referenceFeeds } from './head-row-chunks.js';
import type { CountedTokens } from './counted-tokens.js';
import { headSliceSize, type HeadSliceSize } from './head-slice-size.js';
import { HeadSlices, type KeptSlices } from './head-slices.js';
import type { Weight } from './weight.js';

export interface HeadOptions {
  /** Of the backward pass; default: what was measured to be fast. */
  readonly headSlice?: HeadSliceSize;
}

/** Scored tokens between the head's forward and backward pass. */
interface HeadForward {
  readonly signals: HeadSignalArrays;
  /** Last-layer states of the tokens before the targets, [scored, hiddenSize]. */
  readonly hidden: Float32Array;
  readonly target: Int32Array;
  readonly kept: KeptSlices | undefined;
  /** The distribution of a second term of the loss. */
  readonly distribution: HeadDistribution | undefined;
  readonly reference: TokenDistributions | undefined;
  readonly budget: PassBudget;
}

/** The final norm and output head: only scored tokens forward, in chunks of rows; only tokens with a weight backward. */
export class HeadRunner implements Head<Tensor> {
  private readonly programs: HeadPrograms;
  private readonly compiled: CompiledPrograms<Tensor>;
  private readonly slices: HeadSlices;
  private readonly rowChunks: HeadRowChunks;
  private readonly scratch = new FloatBuffer();

  constructor(
    private readonly shape: DecoderShape,
    private readonly norm: FinalNorm<Weight>,
    private readonly weight: Weight,
    private readonly options: HeadOptions,
    runtime: Runtime<Tensor>,
  ) {
    this.programs = headPrograms(shape);
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
    this.slices = new HeadSlices(shape, norm, weight, runtime);
    this.rowChunks = new HeadRowChunks(shape, norm, weight, runtime);
  }

  /** The signals asked for, of each target; with `keep`, ready for `backward`. */
  async forward(
    states: Tensor,
    target: Int32Array,
    keep: boolean,
    needs: readonly ModelSignalName[],
    options: PassOptions,
    budget: PassBudget,
  ): Promise<HeadPass<Tensor>> {
    const hidden = states.data as Float32Array;
    const { hiddenSize, vocabularySize } = this.shape;
    const { distribution, topK = defaultTopK } = options;
    const reference = distribution?.towards === 'reference' ? options.reference : undefined;
    if (distribution?.towards === 'reference' && reference === undefined) {
      throw new Error('a distribution towards the reference needs the reference model’s distributions');
    }
    if (distribution === undefined && needs.every((need) => need === 'logProb')) {
      return this.forwardInSlices(hidden, target, keep, budget);
    }
    const computed = needs.filter((name): name is HeadSignal => name !== 'logProb' && name !== 'expectedRank');
    const rows = target.length;
    const perToken = (): Float32Array => new Float32Array(rows);
    const outputs: Record<string, Float32Array> = { logProb: perToken() };
    for (const signal of computed) outputs[signal] = perToken();
    if (distribution !== undefined) outputs.crossEntropy = perToken();
    const ranks = needs.includes('expectedRank') ? perToken() : undefined;
    // The runtime copies what a program gives out, so log-probabilities are asked for only where they are used.
    const logProbs = ranks !== undefined;
    const name = `signals ${[...computed].sort().join()} ${topK} ${JSON.stringify(distribution ?? null)} ${logProbs}`;
    const executable = await this.compiled.get(name, () =>
      this.programs.signals({ signals: computed, topK, distribution, logProbs }),
    );
    const chunk = Math.max(1, Math.floor(budget.headChunkBytes / (4 * vocabularySize)));
    for (let start = 0; start < rows; start += chunk) {
      const end = Math.min(rows, start + chunk);
      const count = end - start;
      const chunkLogProbs = logProbs ? this.scratch.take(count * vocabularySize) : undefined;
      await executable.run(
        {
          hidden: floatTensor(hidden.subarray(start * hiddenSize, end * hiddenSize), [count, hiddenSize]),
          ...normWeights(this.norm),
          weight: this.weight.weightTensor,
          target: intTensor(target.subarray(start, end), [count]),
          ...(await referenceFeeds(reference, start, count, vocabularySize)),
        },
        {
          ...Object.fromEntries(
            Object.entries(outputs).map(([output, data]) => [output, floatTensor(data.subarray(start, end), [count])]),
          ),
          ...(chunkLogProbs && { logProbs: floatTensor(chunkLogProbs, [count, vocabularySize]) }),
        },
      );
      if (ranks !== undefined && chunkLogProbs !== undefined) {
        expectedRanks(chunkLogProbs, vocabularySize, ranks.subarray(start, end));
      }
    }
    const signals = { ...outputs, ...(ranks === undefined ? {} : { expectedRank: ranks }) } as HeadSignalArrays;
    const forward: HeadForward = { signals, hidden, target, kept: undefined, distribution, reference, budget };
    return {
      signals,
      reference,
      backward: (weights, weighted, coefficients) => this.backward(forward, weights, weighted, coefficients),
      release: () => undefined,
    };
  }

  /** Log-probabilities alone need no row of the vocabulary as a whole, so they come from slices, which can be kept. */
  private async forwardInSlices(
    hidden: Float32Array,
    target: Int32Array,
    keep: boolean,
    budget: PassBudget,
  ): Promise<HeadPass<Tensor>> {
    const keeps = keep && 4 * target.length * this.shape.vocabularySize <= budget.logProbBytes;
    const { logProb, kept } = await this.slices.forward(hidden, target, keeps, this.sliceSize(budget));
    const forward = {
      signals: { logProb },
      hidden,
      target,
      kept,
      distribution: undefined,
      reference: undefined,
      budget,
    };
    return {
      signals: forward.signals,
      reference: undefined,
      backward: (weights, weighted) => this.backward(forward, weights, weighted),
      release: () => undefined,
    };
  }

  private sliceSize({ headChunkBytes }: PassBudget): HeadSliceSize {
    return this.options.headSlice ?? headSliceSize(headChunkBytes);
  }

  private backward(
    forward: HeadForward,
    weights: Float32Array,
    weighted: Int32Array,
    coefficients?: Float32Array,
  ): Promise<Tensor> {
    const { distribution, reference, signals } = forward;
    const { hiddenSize } = this.shape;
    const ofTokens = (values: Float32Array): Float32Array => Float32Array.from(weighted, (token) => values[token]);
    const hidden = new Float32Array(weighted.length * hiddenSize);
    weighted.forEach((token, row) => {
      hidden.set(forward.hidden.subarray(token * hiddenSize, (token + 1) * hiddenSize), row * hiddenSize);
    });
    const tokens: CountedTokens = {
      rows: weighted,
      hidden,
      target: Int32Array.from(weighted, (token) => forward.target[token]),
      weights: ofTokens(weights),
      logProb: ofTokens(signals.logProb),
    };
    if (coefficients === undefined || distribution === undefined) {
      return this.slices.backward(tokens, this.sliceSize(forward.budget), forward.kept);
    }
    // Towards the reference every token counts, so that a chunk is a range of the scored tokens.
    return this.rowChunks.backward(tokens, { distribution, coefficients: ofTokens(coefficients), reference });
  }

  distributions(states: Tensor): Promise<TokenDistributions> {
    const { hiddenSize } = this.shape;
    const own = (states.data as Float32Array).slice();
    return Promise.resolve({
      logProbs: (first, count) => this.logProbs(own.subarray(first * hiddenSize, (first + count) * hiddenSize)),
      release: () => undefined,
    });
  }

  /** Log-probabilities [rows, vocabularySize] for hidden states [rows, hiddenSize]; valid until the next call. */
  private async logProbs(hidden: Float32Array): Promise<Float32Array> {
    const { hiddenSize, vocabularySize } = this.shape;
    const count = hidden.length / hiddenSize;
    const executable = await this.compiled.get('distributions', () =>
      this.programs.signals({ signals: [], topK: 1, distribution: undefined }),
    );
    const logProbs = this.scratch.take(count * vocabularySize);
    await executable.run(
      {
        hidden: floatTensor(hidden, [count, hiddenSize]),
        ...normWeights(this.norm),
        weight: this.weight.weightTensor,
        target: intTensor(new Int32Array(count), [count]),
      },
      { logProbs: floatTensor(logProbs, [count, vocabularySize]) },
    );
    return logProbs;
  }

  async logits(hidden: Tensor): Promise<Float32Array> {
    const executable = await this.compiled.get('logits', () => this.programs.logits());
    const logits = this.scratch.tensor([hidden.dims[0], this.shape.vocabularySize]);
    await executable.run({ hidden, ...normWeights(this.norm), weight: this.weight.weightTensor }, { logits });
    return logits.data as Float32Array;
  }

  async release(): Promise<void> {
    await this.compiled.release();
    await this.slices.release();
    await this.rowChunks.release();
    this.scratch.release();
  }
}
