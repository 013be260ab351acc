import { defaultTopK, type ModelSignalName, type PassOptions, type TokenDistributions } from '@profit-sft/core';
import type { Program } from '@profit-sft/graph';
import {
  headPrograms,
  type DecoderShape,
  type HeadDistribution,
  type HeadPrograms,
  type HeadSignal,
} from '@profit-sft/models';
import { expectedRanks } from '../passes/expected-rank.js';
import { normSums, normWeights, type FinalNorm } from '../passes/final-norm.js';
import type { Head, HeadPass, HeadSignalArrays } from '../passes/passes.js';
import type { PassBudget } from '../passes/pass-budget.js';
import { floatTensor, intTensor } from '../runtime/host-tensor.js';
import type { Values } from '../runtime/runtime.js';
import type { DeviceParameter } from './device-parameter.js';
import type { DeviceProgram, DeviceRuntime, DeviceValue } from './device-runtime.js';

/** Scored tokens that are computed at a time. */
interface Chunk<V extends DeviceValue> {
  readonly start: number;
  readonly end: number;
  /** Log-probabilities [end − start, vocabularySize], where they were kept. */
  readonly logProbs: V | undefined;
}

/** The final norm and output head on the device. Signals come to the host; log-probabilities stay. */
export class DeviceHead<V extends DeviceValue> implements Head<V> {
  private readonly programs: HeadPrograms;
  private readonly compiled = new Map<string, Promise<DeviceProgram<V>>>();

  constructor(
    private readonly shape: DecoderShape,
    private readonly norm: FinalNorm<DeviceParameter<V>>,
    private readonly weight: DeviceParameter<V>,
    private readonly runtime: DeviceRuntime<V>,
  ) {
    this.programs = headPrograms(shape);
  }

  async forward(
    hidden: V,
    target: Int32Array,
    keep: boolean,
    needs: readonly ModelSignalName[],
    options: PassOptions,
    budget: PassBudget,
  ): Promise<HeadPass<V>> {
    const { distribution, topK = defaultTopK } = options;
    const reference = distribution?.towards === 'reference' ? options.reference : undefined;
    if (distribution?.towards === 'reference' && reference === undefined) {
      throw new Error('a distribution towards the reference needs the reference model’s distributions');
    }
    const computed = needs.filter((name): name is HeadSignal => name !== 'logProb' && name !== 'expectedRank');
    const names = ['logProb', ...computed, ...(distribution === undefined ? [] : ['crossEntropy'])];
    const program = await this.signalsProgram(computed, topK, distribution, names);
    const ranked = needs.includes('expectedRank');
    const rows = target.length;
    const signals: Record<string, Float32Array> = Object.fromEntries(
      [...names, ...(ranked ? ['expectedRank'] : [])].map((name) => [name, new Float32Array(rows)]),
    );
    const rowsPerChunk = Math.max(1, Math.floor(budget.headChunkBytes / (4 * this.shape.vocabularySize)));
    const keeps = keep && rows * this.shape.vocabularySize * 4 <= budget.logProbBytes;
    const chunks: Chunk<V>[] = [];
    for (let start = 0; start < rows; start += rowsPerChunk) {
      const end = Math.min(rows, start + rowsPerChunk);
      const { values, host } = await this.overRows(hidden, start, end, async (own) =>
        program.runForHost({
          hidden: own,
          ...this.weights(),
          target: this.runtime.pass(intTensor(target.subarray(start, end), [end - start])),
          ...(await this.referenceFeeds(reference, start, end - start)),
        }),
      );
      for (const name of names) signals[name].set(host[name], start);
      const { logProbs } = values;
      if (ranked) {
        const data = await this.runtime.download(logProbs);
        expectedRanks(data, this.shape.vocabularySize, signals.expectedRank.subarray(start, end));
      }
      if (!keeps) this.runtime.free(logProbs);
      if (keep) chunks.push({ start, end, logProbs: keeps ? logProbs : undefined });
    }
    return {
      signals: signals as HeadSignalArrays,
      reference,
      backward: (weights, weighted, coefficients) =>
        this.backward({ hidden, target, chunks, distribution, reference }, weights, weighted, coefficients),
      release: () => {
        for (const { logProbs } of chunks) if (logProbs !== undefined) this.runtime.free(logProbs);
      },
    };
  }

  async distributions(hidden: V): Promise<TokenDistributions> {
    const rows = hidden.dims[0];
    const own = await this.runtime.rows(hidden, range(0, rows));
    const program = await this.compile('distributions', ['logProbs'], () =>
      this.programs.signals({ signals: [], topK: 1, distribution: undefined }),
    );
    return {
      logProbs: (first, count) =>
        this.overRows(own, first, first + count, async (chunk) => {
          const target = this.runtime.pass(intTensor(new Int32Array(count), [count]));
          const { values, host } = await program.runForHost({ hidden: chunk, ...this.weights(), target });
          this.runtime.free(values.logProb);
          return host.logProbs;
        }),
      release: () => this.runtime.free(own),
    };
  }

  async logits(hidden: V): Promise<Float32Array> {
    const program = await this.compile('logits', ['logits'], () => this.programs.logits());
    return (await program.runForHost({ hidden, ...this.weights() })).host.logits;
  }

  async release(): Promise<void> {
    for (const program of this.compiled.values()) await (await program).release();
    this.compiled.clear();
  }

  private async backward(
    forward: {
      readonly hidden: V;
      readonly target: Int32Array;
      readonly chunks: readonly Chunk<V>[];
      readonly distribution: HeadDistribution | undefined;
      readonly reference: TokenDistributions | undefined;
    },
    weights: Float32Array,
    weighted: Int32Array,
    coefficients: Float32Array | undefined,
  ): Promise<V> {
    const distribution = coefficients === undefined ? undefined : forward.distribution;
    let gradients: V | undefined;
    // Chunks are those of the forward pass: kept log-probabilities are a buffer for each.
    for (const chunk of forward.chunks) {
      const tokens = weighted.filter((token) => token >= chunk.start && token < chunk.end);
      if (tokens.length === 0) continue;
      const fromLogProbs = chunk.logProbs !== undefined;
      const program = await this.compile(`gradient ${fromLogProbs} ${JSON.stringify(distribution ?? null)}`, [], () =>
        this.programs.gradient({ fromLogProbs, distribution }),
      );
      const column = (values: Float32Array): V =>
        this.runtime.pass(
          floatTensor(
            Float32Array.from(tokens, (token) => values[token]),
            [tokens.length, 1],
          ),
        );
      const indices = (of: (token: number) => number): V =>
        this.runtime.pass(intTensor(Int32Array.from(tokens, of), [tokens.length]));
      const hidden = await this.runtime.rows(forward.hidden, tokens);
      const logProbs =
        chunk.logProbs &&
        (await this.runtime.rows(
          chunk.logProbs,
          tokens.map((token) => token - chunk.start),
        ));
      const { sums, newSums } = this.gradientSums();
      const { hiddenGradient } = await program.run(
        {
          hidden,
          ...this.weights(),
          target: indices((token) => forward.target[token]),
          weights: column(weights),
          ...sums,
          ...(logProbs === undefined ? {} : { logProbs }),
          ...(coefficients === undefined ? {} : { coefficients: column(coefficients) }),
          // Towards the reference every token counts, so that a chunk is a range of the scored tokens.
          ...(await this.referenceFeeds(coefficients && forward.reference, tokens[0], tokens.length)),
        },
        newSums,
      );
      this.runtime.free(hidden);
      if (logProbs !== undefined) this.runtime.free(logProbs);
      gradients = gradients === undefined ? hiddenGradient : await this.appended(gradients, hiddenGradient);
    }
    if (gradients === undefined) throw new Error('the head’s backward pass needs at least one token');
    return gradients;
  }

  /** The sums of gradients so far and the new ones, which are the same memory; none where the head is frozen. */
  private gradientSums(): ReturnType<typeof normSums<V>> {
    if (this.shape.adapters !== undefined) return { sums: {}, newSums: {} };
    const { sums, newSums } = normSums(this.norm);
    const { gradientTensor } = this.weight;
    return {
      sums: { ...sums, 'gradient:weight': gradientTensor },
      newSums: { ...newSums, 'newGradient:weight': gradientTensor },
    };
  }

  private weights(): Values<V> {
    return { ...normWeights(this.norm), weight: this.weight.weightTensor };
  }

  /** Works on a range of rows, which is copied only where it is not all of them. */
  private async overRows<T>(matrix: V, start: number, end: number, work: (rows: V) => Promise<T>): Promise<T> {
    if (start === 0 && end === matrix.dims[0]) return work(matrix);
    const rows = await this.runtime.rows(matrix, range(start, end));
    const result = await work(rows);
    this.runtime.free(rows);
    return result;
  }

  private async appended(first: V, second: V): Promise<V> {
    const joined = await this.runtime.join(first, second, 0);
    this.runtime.free(first);
    this.runtime.free(second);
    return joined;
  }

  private async referenceFeeds(
    reference: TokenDistributions | undefined,
    first: number,
    count: number,
  ): Promise<Values<V>> {
    if (reference === undefined) return {};
    const data = await reference.logProbs(first, count);
    return { referenceLogProbs: this.runtime.pass(floatTensor(data, [count, this.shape.vocabularySize])) };
  }

  private signalsProgram(
    signals: readonly HeadSignal[],
    topK: number,
    distribution: HeadDistribution | undefined,
    toHost: readonly string[],
  ): Promise<DeviceProgram<V>> {
    const name = `signals ${[...signals].sort().join()} ${topK} ${JSON.stringify(distribution ?? null)}`;
    return this.compile(name, toHost, () => this.programs.signals({ signals, topK, distribution }));
  }

  private compile(name: string, toHost: readonly string[], build: () => Program): Promise<DeviceProgram<V>> {
    let program = this.compiled.get(name);
    if (program === undefined) this.compiled.set(name, (program = this.runtime.compile(build(), toHost)));
    return program;
  }
}

function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, index) => start + index);
}
