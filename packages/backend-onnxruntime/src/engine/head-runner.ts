import type { Tensor } from 'onnxruntime-node';
import { defaultTopK, type ModelSignalName, type PassOptions, type TokenDistributions } from '@profit-sft/core';
import {
  headPrograms,
  type DecoderShape,
  type HeadDistribution,
  type HeadPrograms,
  type HeadSignal,
} from '@profit-sft/models';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { floatTensor, intTensor, type Feeds } from '../runtime/onnx-runtime.js';
import type { Runtime } from '../runtime/runtime.js';
import { expectedRanks } from './expected-rank.js';
import { FloatBuffer } from './float-buffer.js';
import type { Parameter } from './parameters.js';
import type { Head, HeadPass, HeadSignalArrays } from './passes.js';

export interface HeadOptions {
  /** Most bytes of log-probabilities kept from the forward pass for the backward pass; beyond it they are recomputed. */
  readonly headMemoryBytes: number;
}

/**
 * Bytes of logits in one forward chunk: the head's weights are packed anew for each, so larger is faster up to where
 * the logits leave the processor's last-level cache (measured from 8 to 128 MiB at 1,024 × 32,000).
 */
const forwardChunkBytes = 24 * 2 ** 20;
/**
 * Bytes of probabilities in one backward chunk. Each chunk passes once over the head's whole gradient and packs its weights
 * anew, so fewer are better (at 512 × 49,152: 811 ms in chunks of 128 rows, 561 of 256, 485 of 512). Without kept
 * log-probabilities a chunk holds several matrices of this size.
 */
const backwardChunkBytes = { kept: 64 * 2 ** 20, recomputed: 24 * 2 ** 20 };

/** Scored tokens between the head's forward and backward pass. */
interface HeadForward {
  readonly signals: HeadSignalArrays;
  /** Last-layer states of the tokens before the targets, [scored, hiddenSize]. */
  readonly hidden: Float32Array;
  readonly target: Int32Array;
  /** Log-probabilities [scored, vocabularySize], where they were kept. */
  readonly logProbs: Float32Array | undefined;
  /** The distribution of a second term of the loss. */
  readonly distribution: HeadDistribution | undefined;
  readonly reference: TokenDistributions | undefined;
}

/** The final norm and output head over row chunks: only scored tokens forward, only tokens with a weight backward. */
export class HeadRunner implements Head<Tensor> {
  private readonly programs: HeadPrograms;
  private readonly compiled: CompiledPrograms<Tensor>;
  private readonly keptLogProbs = new FloatBuffer();
  private readonly scratch = new FloatBuffer();
  private readonly pulled = new FloatBuffer();

  constructor(
    private readonly shape: DecoderShape,
    private readonly norm: Parameter,
    private readonly weight: Parameter,
    private readonly options: HeadOptions,
    runtime: Runtime<Tensor>,
  ) {
    this.programs = headPrograms(shape);
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
  }

  private rowsPerChunk(bytes: number): number {
    return Math.max(1, Math.floor(bytes / (4 * this.shape.vocabularySize)));
  }

  /** The signals asked for, of each target; with `keep`, ready for `backward`. */
  async forward(
    states: Tensor,
    target: Int32Array,
    keep: boolean,
    needs: readonly ModelSignalName[],
    options: PassOptions,
  ): Promise<HeadPass<Tensor>> {
    const hidden = states.data as Float32Array;
    const { hiddenSize, vocabularySize } = this.shape;
    const { distribution, topK = defaultTopK } = options;
    const reference = distribution?.towards === 'reference' ? options.reference : undefined;
    if (distribution?.towards === 'reference' && reference === undefined) {
      throw new Error('a distribution towards the reference needs the reference model’s distributions');
    }
    const computed = needs.filter((name): name is HeadSignal => name !== 'logProb' && name !== 'expectedRank');
    const name = `signals ${[...computed].sort().join()} ${topK} ${JSON.stringify(distribution ?? null)}`;
    const executable = await this.compiled.get(name, () =>
      this.programs.signals({ signals: computed, topK, distribution }),
    );
    const rows = target.length;
    const perToken = (): Float32Array => new Float32Array(rows);
    const outputs: Record<string, Float32Array> = { logProb: perToken() };
    for (const signal of computed) outputs[signal] = perToken();
    if (distribution !== undefined) outputs.crossEntropy = perToken();
    const ranks = needs.includes('expectedRank') ? perToken() : undefined;
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
          ...(await this.referenceFeeds(reference, start, count)),
        },
        {
          ...Object.fromEntries(
            Object.entries(outputs).map(([output, data]) => [output, floatTensor(data.subarray(start, end), [count])]),
          ),
          logProbs: floatTensor(chunkLogProbs, [count, vocabularySize]),
        },
      );
      if (ranks !== undefined) expectedRanks(chunkLogProbs, vocabularySize, ranks.subarray(start, end));
    }
    const signals = { ...outputs, ...(ranks === undefined ? {} : { expectedRank: ranks }) } as HeadSignalArrays;
    const forward: HeadForward = { signals, hidden, target, logProbs, distribution, reference };
    return {
      signals,
      reference,
      backward: (weights, weighted, coefficients) => this.backward(forward, weights, weighted, coefficients),
      release: () => undefined,
    };
  }

  private async backward(
    forward: HeadForward,
    weights: Float32Array,
    weighted: Int32Array,
    coefficients?: Float32Array,
  ): Promise<Tensor> {
    const { hiddenSize } = this.shape;
    const fromLogProbs = forward.logProbs !== undefined;
    const distribution = coefficients === undefined ? undefined : forward.distribution;
    const executable = await this.compiled.get(`gradient ${fromLogProbs} ${JSON.stringify(distribution ?? null)}`, () =>
      this.programs.gradient({ fromLogProbs, distribution }),
    );
    const hiddenGradients = new Float32Array(weighted.length * hiddenSize);
    const bytes = fromLogProbs && distribution === undefined ? backwardChunkBytes.kept : backwardChunkBytes.recomputed;
    const chunks = Math.ceil(weighted.length / this.rowsPerChunk(bytes));
    const chunk = Math.ceil(weighted.length / Math.max(1, chunks));
    for (let start = 0; start < weighted.length; start += chunk) {
      const tokens = weighted.subarray(start, start + chunk);
      const count = tokens.length;
      const hidden = new Float32Array(count * hiddenSize);
      tokens.forEach((token, row) => {
        hidden.set(forward.hidden.subarray(token * hiddenSize, (token + 1) * hiddenSize), row * hiddenSize);
      });
      const target = Int32Array.from(tokens, (token) => forward.target[token]);
      const ofTokens = (values: Float32Array): Tensor =>
        floatTensor(
          Float32Array.from(tokens, (token) => values[token]),
          [count, 1],
        );
      const hiddenGradient = hiddenGradients.subarray(start * hiddenSize, (start + count) * hiddenSize);
      const pulled = this.pulled.take(count * hiddenSize);
      const logProbs = this.keptRows(forward, tokens, start);
      await executable.run(
        {
          hidden: floatTensor(hidden, [count, hiddenSize]),
          norm: this.norm.weightTensor,
          weight: this.weight.weightTensor,
          target: intTensor(target, [count]),
          weights: ofTokens(weights),
          'gradient:norm': this.norm.gradientTensor,
          'gradient:weight': this.weight.gradientTensor,
          ...(logProbs === undefined ? {} : { logProbs }),
          ...(coefficients === undefined ? {} : { coefficients: ofTokens(coefficients) }),
          // Towards the reference every token counts, so that a chunk is a range of the scored tokens.
          ...(await this.referenceFeeds(coefficients && forward.reference, start, count)),
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
    return floatTensor(hiddenGradients, [weighted.length, hiddenSize]);
  }

  distributions(states: Tensor): Promise<TokenDistributions> {
    const { hiddenSize } = this.shape;
    const own = (states.data as Float32Array).slice();
    return Promise.resolve({
      logProbs: (first, count) => this.logProbs(own.subarray(first * hiddenSize, (first + count) * hiddenSize)),
      release: () => undefined,
    });
  }

  /**
   * The kept log-probabilities of these tokens as one matrix. They are moved together towards the front of their own memory, to
   * row `first` on: tokens ascend, so none is overwritten before it is moved, and after this pass none is needed again.
   */
  private keptRows({ logProbs }: HeadForward, tokens: Int32Array, first: number): Tensor | undefined {
    if (logProbs === undefined) return undefined;
    const width = this.shape.vocabularySize;
    tokens.forEach((token, index) => {
      if (token !== first + index) logProbs.copyWithin((first + index) * width, token * width, (token + 1) * width);
    });
    const rows = logProbs.subarray(first * width, (first + tokens.length) * width);
    return floatTensor(rows, [tokens.length, width]);
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
        norm: this.norm.weightTensor,
        weight: this.weight.weightTensor,
        target: intTensor(new Int32Array(count), [count]),
      },
      { logProbs: floatTensor(logProbs, [count, vocabularySize]) },
    );
    return logProbs;
  }

  private async referenceFeeds(
    reference: TokenDistributions | undefined,
    first: number,
    count: number,
  ): Promise<Feeds> {
    if (reference === undefined) return {};
    return {
      referenceLogProbs: floatTensor(await reference.logProbs(first, count), [count, this.shape.vocabularySize]),
    };
  }

  async logits(hidden: Tensor): Promise<Float32Array> {
    const executable = await this.compiled.get('logits', () => this.programs.logits());
    const logits = this.scratch.tensor([hidden.dims[0], this.shape.vocabularySize]);
    await executable.run({ hidden, norm: this.norm.weightTensor, weight: this.weight.weightTensor }, { logits });
    return logits.data as Float32Array;
  }

  async release(): Promise<void> {
    await this.compiled.release();
    this.keptLogProbs.release();
    this.scratch.release();
    this.pulled.release();
  }
}
