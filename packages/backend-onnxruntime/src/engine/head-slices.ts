import type { Tensor } from 'onnxruntime-node';
import { headSlicePrograms, type DecoderShape, type HeadSlicePrograms } from '@profit-sft/models';
import { CompiledPrograms, type FinalNorm, normSums, normWeights, type Runtime } from '@profit-sft/engine';
import { floatTensor, type Executable } from '../runtime/onnx-runtime.js';
import { FloatBuffer } from './float-buffer.js';
import type { CountedTokens } from './counted-tokens.js';
import { slicesOf, type HeadSliceSize, type Slice } from './head-slice-size.js';
import type { Parameter } from './parameters.js';

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
    private readonly norm: FinalNorm<Parameter>,
    private readonly weight: Parameter,
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
        { normed, weight: this.rowsOf(this.weight.weight, slice) },
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

  /** Adds the gradient of Σ weights · (−log p) to the parameters'; returns that of the tokens' `hidden`. */
  async backward(tokens: CountedTokens, size: HeadSliceSize, kept?: KeptSlices): Promise<Tensor> {
    const { hiddenSize, vocabularySize } = this.shape;
    const { target, weights, logProb } = tokens;
    const rows = target.length;
    const matrix = (data: Float32Array): Tensor => floatTensor(data, [rows, hiddenSize]);
    const normed = await this.normed(tokens.hidden);
    const states = normed.data as Float32Array;
    const weighted = new Float32Array(states.length);
    for (let row = 0; row < rows; row++) {
      for (let at = row * hiddenSize; at < (row + 1) * hiddenSize; at++) weighted[at] = weights[row] * states[at];
    }
    const logNormaliser = Float32Array.from(target, (id, row) => this.logit(states, row, id) - logProb[row]);

    const pulled = new Float32Array(rows * hiddenSize);
    // All slices or none: from the first one on the gradient is no longer clear.
    const first = this.weight.gradientCleared;
    const sum = first ? this.weight.overwriteGradient() : this.weight.gradient;
    const name = kept === undefined ? 'backward' : 'backwardKeeping';
    const executable = await this.executable(first ? `${name}First` : name);
    for (const slice of kept?.slices ?? slicesOf(vocabularySize, rows, size)) {
      const gradient = this.rowsOf(sum, slice);
      await executable.run(
        {
          weighted: matrix(weighted),
          weight: this.rowsOf(this.weight.weight, slice),
          pulled: matrix(pulled),
          ...(first ? {} : { 'gradient:weight': gradient }),
          ...('logProbs' in slice
            ? this.keptFeeds(slice, tokens.rows, logNormaliser)
            : { normed, logNormaliser: floatTensor(logNormaliser, [rows, 1]) }),
        },
        { newPulled: matrix(pulled), 'newGradient:weight': gradient },
      );
    }

    this.subtractTargets(tokens, pulled, weighted);
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
    const table = this.weight.weight;
    let logit = 0;
    for (let i = 0; i < hiddenSize; i++) logit += states[row * hiddenSize + i] * table[id * hiddenSize + i];
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

  /** The one-hot part: turns `pulled` into w·(p·W − W[target]), and takes `weighted` off the targets' rows of the gradient. */
  private subtractTargets({ target, weights }: CountedTokens, pulled: Float32Array, weighted: Float32Array): void {
    const { hiddenSize } = this.shape;
    const { weight: table, gradient } = this.weight;
    target.forEach((id, row) => {
      const [from, to] = [row * hiddenSize, id * hiddenSize];
      for (let i = 0; i < hiddenSize; i++) {
        pulled[from + i] = weights[row] * (pulled[from + i] - table[to + i]);
        gradient[to + i] -= weighted[from + i];
      }
    });
  }

  /** From the gradient of the normed states; adds the norm's. */
  private async hiddenGradient(hidden: Float32Array, pull: Float32Array): Promise<Tensor> {
    const { hiddenSize } = this.shape;
    const shape = [hidden.length / hiddenSize, hiddenSize];
    const hiddenGradient = floatTensor(new Float32Array(hidden.length), shape);
    const { sums, newSums } = normSums(this.norm);
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
