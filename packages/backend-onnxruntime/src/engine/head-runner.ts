import type { Tensor } from 'onnxruntime-node';
import { headPrograms, type DecoderShape, type HeadPrograms } from '@profit-sft/models';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { floatTensor, intTensor, type OnnxRuntimeOptions } from '../runtime/onnx-runtime.js';
import { FloatBuffer } from './float-buffer.js';
import type { Parameter } from './parameters.js';

export interface HeadOptions extends OnnxRuntimeOptions {
  /** Most bytes of log-probabilities kept from the forward pass for the backward pass; beyond it they are recomputed. */
  readonly headMemoryBytes: number;
}

/**
 * Bytes of logits in one forward chunk: the head's weights are packed anew for each, so larger is faster up to where
 * the logits leave the processor's last-level cache (measured from 8 to 128 MiB at 1,024 × 32,000).
 */
const forwardChunkBytes = 24 * 2 ** 20;
/** Bytes of probabilities in one backward chunk: each chunk passes once over the head's whole gradient, so fewer are better. */
const backwardChunkBytes = 24 * 2 ** 20;

/** Scored tokens between the head's forward and backward pass. */
export interface HeadForward {
  /** [scored] */
  readonly logProb: Float32Array;
  /** Last-layer states of the tokens before the targets, [scored, hiddenSize]. */
  readonly hidden: Float32Array;
  readonly target: Int32Array;
  /** Log-probabilities [scored, vocabularySize], where they were kept. */
  readonly logProbs: Float32Array | undefined;
}

/** The final norm and output head over row chunks: only scored tokens forward, only tokens with a weight backward. */
export class HeadRunner {
  private readonly programs: CompiledPrograms<keyof HeadPrograms>;
  private readonly keptLogProbs = new FloatBuffer();
  private readonly scratch = new FloatBuffer();

  constructor(
    private readonly shape: DecoderShape,
    private readonly norm: Parameter,
    private readonly weight: Parameter,
    private readonly options: HeadOptions,
  ) {
    this.programs = new CompiledPrograms({ ...headPrograms(shape) }, options);
  }

  private rowsPerChunk(bytes: number): number {
    return Math.max(1, Math.floor(bytes / (4 * this.shape.vocabularySize)));
  }

  /** Log-probability of each target; with `keep`, ready for `backward`. */
  async forward(hidden: Float32Array, target: Int32Array, keep: boolean): Promise<HeadForward> {
    const executable = await this.programs.get('signals');
    const { hiddenSize, vocabularySize } = this.shape;
    const rows = target.length;
    const logProb = new Float32Array(rows);
    const fits = keep && rows * vocabularySize * 4 <= this.options.headMemoryBytes;
    const logProbs = fits ? this.keptLogProbs.take(rows * vocabularySize) : undefined;
    const chunk = this.rowsPerChunk(forwardChunkBytes);
    for (let start = 0; start < rows; start += chunk) {
      const end = Math.min(rows, start + chunk);
      const count = end - start;
      const chunkLogProbs =
        logProbs?.subarray(start * vocabularySize, end * vocabularySize) ?? this.scratch.take(count * vocabularySize);
      await executable.run(
        {
          hidden: floatTensor(hidden.subarray(start * hiddenSize, end * hiddenSize), [count, hiddenSize]),
          norm: this.norm.weightTensor,
          weight: this.weight.weightTensor,
          target: intTensor(target.subarray(start, end), [count]),
        },
        {
          logProb: floatTensor(logProb.subarray(start, end), [count]),
          logProbs: floatTensor(chunkLogProbs, [count, vocabularySize]),
        },
      );
    }
    return { logProb, hidden, target, logProbs };
  }

  /**
   * Adds the gradient of Σ weights · (−log p) to the norm's and the head's gradients. `weighted` lists the tokens whose
   * weight is not 0; returns the gradients of their hidden states, [weighted, hiddenSize].
   */
  async backward(forward: HeadForward, weights: Float32Array, weighted: Int32Array): Promise<Float32Array> {
    const { hiddenSize, vocabularySize } = this.shape;
    const executable = await this.programs.get(forward.logProbs === undefined ? 'gradient' : 'gradientFromLogProbs');
    const hiddenGradients = new Float32Array(weighted.length * hiddenSize);
    const chunk = this.rowsPerChunk(backwardChunkBytes);
    for (let start = 0; start < weighted.length; start += chunk) {
      const tokens = weighted.subarray(start, start + chunk);
      const count = tokens.length;
      const hidden = new Float32Array(count * hiddenSize);
      const target = new Int32Array(count);
      const chunkWeights = new Float32Array(count);
      tokens.forEach((token, row) => {
        hidden.set(forward.hidden.subarray(token * hiddenSize, (token + 1) * hiddenSize), row * hiddenSize);
        target[row] = forward.target[token];
        chunkWeights[row] = weights[token];
      });
      const hiddenGradient = hiddenGradients.subarray(start * hiddenSize, (start + count) * hiddenSize);
      const pulled = new Float32Array(count * hiddenSize);
      await executable.run(
        {
          hidden: floatTensor(hidden, [count, hiddenSize]),
          norm: this.norm.weightTensor,
          weight: this.weight.weightTensor,
          target: intTensor(target, [count]),
          weights: floatTensor(chunkWeights, [count, 1]),
          'gradient:norm': this.norm.gradientTensor,
          'gradient:weight': this.weight.gradientTensor,
          ...(forward.logProbs === undefined
            ? {}
            : {
                row: intTensor(tokens, [count]),
                logProbs: floatTensor(forward.logProbs, [forward.target.length, vocabularySize]),
              }),
        },
        {
          hiddenGradient: floatTensor(hiddenGradient, [count, hiddenSize]),
          'newGradient:norm': this.norm.gradientTensor,
          'newGradient:weight': this.weight.gradientTensor,
          weighted: floatTensor(pulled, [count, hiddenSize]),
        },
      );
      const gradient = this.weight.gradient;
      target.forEach((id, row) => {
        const from = row * hiddenSize;
        const to = id * hiddenSize;
        for (let i = 0; i < hiddenSize; i++) gradient[to + i] -= pulled[from + i];
      });
    }
    return hiddenGradients;
  }

  /** Logits [rows, vocabularySize] for hidden states [rows, hiddenSize]; valid until the next call. */
  async logits(hidden: Tensor): Promise<Float32Array> {
    const executable = await this.programs.get('logits');
    const logits = this.scratch.tensor([hidden.dims[0], this.shape.vocabularySize]);
    await executable.run({ hidden, norm: this.norm.weightTensor, weight: this.weight.weightTensor }, { logits });
    return logits.data as Float32Array;
  }

  async release(): Promise<void> {
    await this.programs.release();
    this.keptLogProbs.release();
    this.scratch.release();
  }
}
