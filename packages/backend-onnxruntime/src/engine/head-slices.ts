import type { Tensor } from 'onnxruntime-node';
import { headSlicePrograms, type DecoderShape, type HeadSlicePrograms } from '@profit-sft/models';
import { CompiledPrograms, type FinalNorm, normSums, normWeights, type Runtime } from '@profit-sft/engine';
import { floatTensor, type Executable, type Feeds } from '../runtime/onnx-runtime.js';
import { FloatBuffer } from './float-buffer.js';
import type { CountedTokens } from './counted-tokens.js';
import { slicesOf, type HeadSliceSize, type Slice } from './head-slice-size.js';
import { trainedParameter } from './parameters.js';
import type { Weight } from './weight.js';

import { noSums, trainedNorm } from './trained-norm.js';

/** Log-probabilities of all scored tokens, kept for the backward pass in slices of the vocabulary. */
export interface KeptSlices {
  readonly rows: number;
  readonly slices: readonly (Slice & {
    /** The logits less the slice's own log Σ exp, [rows, ids]. */
    readonly logProbs: Float32Array;
    /** log Σ exp of the slice, [rows]. */
    readonly logNormaliser: Float32Array;
  })[];
}

export interface ForwardSlices {
  /** Of each target. */
  readonly logProb: Float32Array;
  readonly kept: KeptSlices | undefined;
}

/** The head over slices of the vocabulary, each of which holds all tokens; see `headSlicePrograms`. */
export class HeadSlices {
  private readonly programs: HeadSlicePrograms;
  private readonly compiled: CompiledPrograms<Tensor>;
  private readonly kept = new FloatBuffer();
  private readonly chosen = new FloatBuffer();

  constructor(
    private readonly shape: DecoderShape,
    private readonly norm: FinalNorm<Weight>,
    private readonly weight: Weight,
    runtime: Runtime<Tensor>,
  ) {
    this.programs = headSlicePrograms(shape);
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
  }

  /** log p of each target, from last-layer states [rows, hiddenSize]; kept slices are valid until the next call. */
  async forward(hidden: Float32Array, target: Int32Array, keep: boolean, size: HeadSliceSize): Promise<ForwardSlices> {
    const { vocabularySize } = this.shape;
    const rows = target.length;
    const normed = await this.normed(hidden);
    const executable = await this.executable(keep ? 'forwardKeeping' : 'forward');
    const memory = keep ? this.kept.take(rows * vocabularySize) : undefined;
    const slices: KeptSlices['slices'][number][] = [];
    for (const slice of slicesOf(vocabularySize, rows, size)) {
      const { first, ids } = slice;
      const logProbs = memory?.subarray(rows * first, rows * (first + ids)) ?? new Float32Array(0);
      const logNormaliser = new Float32Array(rows);
      await executable.run(
        { normed, weight: this.weightsOf(slice) },
        {
          logNormaliser: floatTensor(logNormaliser, [rows, 1]),
          ...(keep ? { logProbs: floatTensor(logProbs, [rows, ids]) } : {}),
        },
      );
      slices.push({ ...slice, logProbs, logNormaliser });
    }
    const states = normed.data as Float32Array;
    const logProb = Float32Array.from(
      target,
      (id, row) => this.logit(states, row, id) - logSumExp(slices.map(({ logNormaliser }) => logNormaliser[row])),
    );
    return { logProb, kept: keep ? { rows, slices } : undefined };
  }

  /** Adds the gradient of Σ weights · (−log p) to the parameters', unless they are frozen; returns that of the tokens' `hidden`. */
  async backward(tokens: CountedTokens, size: HeadSliceSize, kept?: KeptSlices): Promise<Tensor> {
    const { hiddenSize, vocabularySize } = this.shape;
    const { target, weights, logProb } = tokens;
    const rows = target.length;
    const matrix = (data: Float32Array): Tensor => floatTensor(data, [rows, hiddenSize]);
    const normed = await this.normed(tokens.hidden);
    const states = normed.data as Float32Array;
    const logNormaliser = Float32Array.from(target, (id, row) => this.logit(states, row, id) - logProb[row]);

    const pulled = new Float32Array(rows * hiddenSize);
    const sums = this.frozen ? undefined : this.weightGradient(states, weights);
    const name = kept === undefined ? 'backward' : 'backwardKeeping';
    const executable = await this.executable(sums?.first === true ? `${name}First` : name);
    for (const slice of kept?.slices ?? slicesOf(vocabularySize, rows, size)) {
      const own = sums?.of(slice);
      await executable.run(
        {
          weight: this.weightsOf(slice),
          pulled: matrix(pulled),
          ...own?.feeds,
          ...('logProbs' in slice
            ? this.keptFeeds(slice, tokens.rows, logNormaliser)
            : { normed, logNormaliser: floatTensor(logNormaliser, [rows, 1]) }),
        },
        { newPulled: matrix(pulled), ...own?.fetches },
      );
    }

    sums?.subtractTargets(target);
    this.subtractTargetRows(tokens, pulled);
    return this.hiddenGradient(tokens.hidden, pulled);
  }

  async release(): Promise<void> {
    await this.compiled.release();
    this.kept.release();
    this.chosen.release();
  }

  private executable(name: keyof HeadSlicePrograms): Promise<Executable> {
    return this.compiled.get(name, () => this.programs[name]);
  }

  /** [rows, hiddenSize] */
  private async normed(hidden: Float32Array): Promise<Tensor> {
    const { hiddenSize } = this.shape;
    const executable = await this.executable('normed');
    const { normed } = await executable.run({
      hidden: floatTensor(hidden, [hidden.length / hiddenSize, hiddenSize]),
      ...normWeights(this.norm),
    });
    return normed;
  }

  /** The logit of one id for one row of normed states. */
  private logit(states: Float32Array, row: number, id: number): number {
    const { hiddenSize } = this.shape;
    const table = this.weight.rows(id, 1);
    let logit = 0;
    for (let i = 0; i < hiddenSize; i++) logit += states[row * hiddenSize + i] * table[i];
    return logit;
  }

  /** What a slice of the forward pass has of the tokens that count. */
  private keptFeeds(
    { ids, ...slice }: KeptSlices['slices'][number],
    tokenRows: Int32Array,
    logNormaliser: Float32Array,
  ): Record<'logProbs' | 'logNormaliser', Tensor> {
    const count = tokenRows.length;
    let { logProbs } = slice;
    if (count * ids < logProbs.length) {
      const chosen = this.chosen.take(count * ids);
      tokenRows.forEach((from, row) => chosen.set(logProbs.subarray(from * ids, (from + 1) * ids), row * ids));
      logProbs = chosen;
    }
    const rest = Float32Array.from(tokenRows, (from, row) => logNormaliser[row] - slice.logNormaliser[from]);
    return { logProbs: floatTensor(logProbs, [count, ids]), logNormaliser: floatTensor(rest, [count, 1]) };
  }

  /** The one-hot part of the states' gradient: turns `pulled` into w·(p·W − W[target]). */
  private subtractTargetRows({ target, weights }: CountedTokens, pulled: Float32Array): void {
    const { hiddenSize } = this.shape;
    target.forEach((id, row) => {
      const table = this.weight.rows(id, 1);
      const from = row * hiddenSize;
      for (let i = 0; i < hiddenSize; i++) pulled[from + i] = weights[row] * (pulled[from + i] - table[i]);
    });
  }

  private get frozen(): boolean {
    return this.shape.adapters !== undefined;
  }

  /** The sum of the head's gradients, in place: what a slice's program takes and gives, and the one-hot part that is not in it. */
  private weightGradient(states: Float32Array, weights: Float32Array) {
    const { hiddenSize } = this.shape;
    const parameter = trainedParameter(this.weight);
    const rows = weights.length;
    const data = new Float32Array(states.length);
    for (let row = 0; row < rows; row++) {
      for (let at = row * hiddenSize; at < (row + 1) * hiddenSize; at++) data[at] = weights[row] * states[at];
    }
    const weighted = floatTensor(data, [rows, hiddenSize]);
    // All slices or none: from the first one on the gradient is no longer clear.
    const first = parameter.gradientCleared;
    const sum = first ? parameter.overwriteGradient() : parameter.gradient;
    return {
      first,
      of: (slice: Slice): { feeds: Feeds; fetches: Feeds } => {
        const gradient = this.rowsOf(sum, slice);
        return {
          feeds: { weighted, ...(first ? {} : { 'gradient:weight': gradient }) },
          fetches: { 'newGradient:weight': gradient },
        };
      },
      subtractTargets: (target: Int32Array): void => {
        target.forEach((id, row) => {
          const [from, to] = [row * hiddenSize, id * hiddenSize];
          for (let i = 0; i < hiddenSize; i++) sum[to + i] -= data[from + i];
        });
      },
    };
  }

  /** From the gradient of the normed states; adds the norm's, unless it is frozen. */
  private async hiddenGradient(hidden: Float32Array, pull: Float32Array): Promise<Tensor> {
    const { hiddenSize } = this.shape;
    const shape = [hidden.length / hiddenSize, hiddenSize];
    const hiddenGradient = floatTensor(new Float32Array(hidden.length), shape);
    const { sums, newSums } = this.frozen ? noSums : normSums(trainedNorm(this.norm));
    const executable = await this.executable('hiddenGradient');
    await executable.run(
      {
        hidden: floatTensor(hidden, shape),
        ...normWeights(this.norm),
        pull: floatTensor(pull, shape),
        ...sums,
      },
      { hiddenGradient, ...newSums },
    );
    return hiddenGradient;
  }

  private weightsOf({ first, ids }: Slice): Tensor {
    return floatTensor(this.weight.rows(first, ids), [ids, this.shape.hiddenSize]);
  }

  /** A slice's rows of a matrix, as a tensor of the same memory. */
  private rowsOf(data: Float32Array, { first, ids }: Slice): Tensor {
    const { hiddenSize } = this.shape;
    return floatTensor(data.subarray(first * hiddenSize, (first + ids) * hiddenSize), [ids, hiddenSize]);
  }
}

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}
