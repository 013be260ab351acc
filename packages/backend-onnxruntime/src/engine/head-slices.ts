import type { Tensor } from 'onnxruntime-node';
import { headSlicePrograms, type DecoderShape, type HeadSlicePrograms } from '@profit-sft/models';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { floatTensor, type Executable } from '../runtime/onnx-runtime.js';
import type { Runtime } from '../runtime/runtime.js';
import { FloatBuffer } from './float-buffer.js';
import type { Parameter } from './parameters.js';

/** How much of the vocabulary the head's backward pass takes at a time. */
export interface HeadSliceSize {
  /** Of probabilities: small enough for the processor's last-level cache. */
  readonly bytes: number;
  /** Ids in a slice at least, however many tokens there are: fewer make the products inefficient. */
  readonly fewestIds: number;
}

/** For head chunks of so many bytes. Slices are smaller than the forward pass's chunks, since two of their size are in use at once. */
export function headSliceSize(chunkBytes: number): HeadSliceSize {
  return { bytes: Math.floor((2 * chunkBytes) / 3), fewestIds: 512 };
}

/** Ids of the vocabulary in one slice of the head's backward pass over so many tokens. */
export function idsPerSlice(rows: number, vocabularySize: number, size: HeadSliceSize): number {
  return Math.min(vocabularySize, Math.max(size.fewestIds, Math.floor(size.bytes / (4 * Math.max(1, rows)))));
}

/** The tokens that count in a backward pass. */
export interface CountedTokens {
  /** Last-layer states, [tokens, hiddenSize]. */
  readonly hidden: Float32Array;
  readonly target: Int32Array;
  /** Of −log p. */
  readonly weights: Float32Array;
  readonly logProb: Float32Array;
  /** Where the forward pass kept them: log-probabilities [all scored tokens, vocabularySize], and each token's row there. */
  readonly kept?: { readonly logProbs: Float32Array; readonly rows: Int32Array } | undefined;
}

/** The head's backward pass over slices of the vocabulary, each of which holds all tokens; see `headSlicePrograms`. */
export class HeadSlices {
  private readonly programs: HeadSlicePrograms;
  private readonly compiled: CompiledPrograms<Tensor>;
  private readonly probabilities = new FloatBuffer();

  constructor(
    private readonly shape: DecoderShape,
    private readonly norm: Parameter,
    private readonly weight: Parameter,
    runtime: Runtime<Tensor>,
  ) {
    this.programs = headSlicePrograms(shape);
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
  }

  /** Adds the gradient of Σ weights · (−log p) to the parameters'; returns that of `hidden`. */
  async backward(tokens: CountedTokens, size: HeadSliceSize): Promise<Tensor> {
    const { hiddenSize, vocabularySize } = this.shape;
    const { target, weights } = tokens;
    const rows = target.length;
    const matrix = (data: Float32Array): Tensor => floatTensor(data, [rows, hiddenSize]);
    const hidden = matrix(tokens.hidden);
    const norm = this.norm.weightTensor;
    const { normed } = await (await this.executable('normed')).run({ hidden, norm });
    const states = normed.data as Float32Array;
    const weighted = new Float32Array(states.length);
    for (let row = 0; row < rows; row++) {
      for (let at = row * hiddenSize; at < (row + 1) * hiddenSize; at++) weighted[at] = weights[row] * states[at];
    }

    const pulled = new Float32Array(rows * hiddenSize);
    const logNormaliser = tokens.kept === undefined ? this.logNormaliser(states, tokens) : undefined;
    const executable = await this.executable(logNormaliser === undefined ? 'keptSlice' : 'slice');
    const step = idsPerSlice(rows, vocabularySize, size);
    for (let first = 0; first < vocabularySize; first += step) {
      const ids = Math.min(step, vocabularySize - first);
      const gradient = rowsOf(this.weight.gradient, first, ids, hiddenSize);
      await executable.run(
        {
          weighted: matrix(weighted),
          weight: rowsOf(this.weight.weight, first, ids, hiddenSize),
          pulled: matrix(pulled),
          'gradient:weight': gradient,
          ...(logNormaliser === undefined
            ? { logProbs: this.keptSlice(tokens, first, ids) }
            : { normed, logNormaliser: floatTensor(logNormaliser, [rows, 1]) }),
        },
        { newPulled: matrix(pulled), 'newGradient:weight': gradient },
      );
    }

    this.subtractTargets(tokens, pulled, weighted);
    const hiddenGradient = matrix(new Float32Array(rows * hiddenSize));
    const gradient = this.norm.gradientTensor;
    await (
      await this.executable('hiddenGradient')
    ).run(
      { hidden, norm, pull: matrix(pulled), 'gradient:norm': gradient },
      { hiddenGradient, 'newGradient:norm': gradient },
    );
    return hiddenGradient;
  }

  async release(): Promise<void> {
    await this.compiled.release();
    this.probabilities.release();
  }

  private executable(name: keyof HeadSlicePrograms): Promise<Executable> {
    return this.compiled.get(name, () => this.programs[name]);
  }

  /** log Σ exp of each token's logits, from the target's logit and log-probability. */
  private logNormaliser(states: Float32Array, { target, logProb }: CountedTokens): Float32Array {
    const { hiddenSize } = this.shape;
    const table = this.weight.weight;
    return Float32Array.from(target, (id, row) => {
      let logit = 0;
      for (let i = 0; i < hiddenSize; i++) logit += states[row * hiddenSize + i] * table[id * hiddenSize + i];
      return logit - logProb[row];
    });
  }

  /** Columns of the kept log-probabilities. */
  private keptSlice({ kept, target }: CountedTokens, first: number, ids: number): Tensor {
    const { logProbs, rows } = kept ?? { logProbs: new Float32Array(0), rows: new Int32Array(0) };
    const slice = this.probabilities.take(target.length * ids);
    rows.forEach((from, row) => {
      const start = from * this.shape.vocabularySize + first;
      slice.set(logProbs.subarray(start, start + ids), row * ids);
    });
    return floatTensor(slice, [target.length, ids]);
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
}

/** Rows of a matrix as a tensor of the same memory. */
function rowsOf(data: Float32Array, first: number, count: number, width: number): Tensor {
  return floatTensor(data.subarray(first * width, (first + count) * width), [count, width]);
}
