import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRandom,
  defaultTopK,
  modelSignalNames,
  type Forward,
  type ModelSignalName,
  type PassOptions,
  type TokenBatch,
  type TokenDistributions,
  type TokenSignals,
  type TrainableModel,
} from '@profit-sft/core';
import { signalsOfToken } from '@profit-sft/testing';

interface BigramForward extends Forward {
  readonly batch: TokenBatch;
  /** The distribution of a second loss term for each scored token, held constant. */
  readonly distributions: readonly Float64Array[] | undefined;
}

/**
 * A bigram softmax language model, log p(next | previous) = log softmax(W[previous])[next], with exact gradients and
 * AdamW: the smallest model that learns, for tests of the training loop. Weights and moments in float32, gradients in
 * float64.
 */
export class BigramModel implements TrainableModel {
  readonly description;
  readonly weights: Float32Array;
  readonly gradient: Float64Array;
  /** Counts calls, to see what the loop does. */
  readonly calls = { forward: 0, backward: 0, release: 0, update: 0, score: 0 };
  private moments: [first: Float32Array, second: Float32Array];
  private updates = 0;
  private held: BigramForward | undefined;

  constructor(
    readonly vocabularySize: number,
    { seed = 1, spread = 0.5 }: { seed?: number; spread?: number } = {},
  ) {
    const size = vocabularySize ** 2;
    const random = createRandom(seed, 'initial weights');
    this.weights = Float32Array.from({ length: size }, () => spread * random.normal());
    this.gradient = new Float64Array(size);
    this.moments = [new Float32Array(size), new Float32Array(size)];
    this.description = {
      architecture: 'bigram',
      parameterCount: size,
      vocabularySize,
      maxPositions: 512,
      endIds: [vocabularySize - 1],
      runtime: 'plain TypeScript',
      signals: modelSignalNames,
      distributionTerms: ['reference', 'tempered'] as const,
    };
  }

  private logProbabilities(previous: number): Float64Array {
    const row = this.weights.subarray(previous * this.vocabularySize, (previous + 1) * this.vocabularySize);
    const largest = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
    let sum = 0;
    for (const logit of row) sum += Math.exp(logit - largest);
    const logSum = largest + Math.log(sum);
    return Float64Array.from(row, (logit) => logit - logSum);
  }

  private rows({ tokens, scored }: TokenBatch): Float64Array[] {
    return Array.from(scored.source, (source) => this.logProbabilities(tokens[source]));
  }

  private async termDistributions(
    batch: TokenBatch,
    { distribution, reference }: PassOptions,
  ): Promise<Float64Array[] | undefined> {
    if (distribution === undefined) return undefined;
    const { temperature = 1 } = distribution;
    const own = this.rows(batch);
    if (distribution.towards === 'reference') {
      if (reference === undefined) throw new Error('no reference distributions');
      const all = await reference.logProbs(0, batch.scored.length);
      return own.map((_, token) =>
        Float64Array.from(all.subarray(token * this.vocabularySize, (token + 1) * this.vocabularySize), Math.exp),
      );
    }
    return own.map((row) => {
      const powers = row.map((logProb) => Math.exp(logProb / temperature));
      const sum = powers.reduce((total, value) => total + value, 0);
      return powers.map((value) => value / sum);
    });
  }

  private async signals(
    batch: TokenBatch,
    needs: readonly ModelSignalName[],
    options: PassOptions,
    distributions: readonly Float64Array[] | undefined,
  ): Promise<TokenSignals> {
    const { scored } = batch;
    const rows = this.rows(batch);
    const wanted = new Set<ModelSignalName>(['logProb', ...needs]);
    const all = rows.map((row, token) => signalsOfToken(row, scored.target[token], options.topK ?? defaultTopK));
    const signals = Object.fromEntries(
      [...wanted].map((name) => [name, Float32Array.from(all, (own) => own[name])]),
    ) as unknown as { logProb: Float32Array };
    return {
      length: scored.length,
      sequence: scored.sequence,
      position: scored.position,
      tokenId: scored.target,
      ...signals,
      ...(distributions === undefined
        ? {}
        : {
            crossEntropy: Float32Array.from(rows, (row, token) =>
              row.reduce((sum, logProb, id) => sum - distributions[token][id] * logProb, 0),
            ),
          }),
    };
  }

  async forward(
    batch: TokenBatch,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<Forward> {
    if (this.held !== undefined) throw new Error('the previous forward pass was neither used nor released');
    this.calls.forward += 1;
    const distributions = await this.termDistributions(batch, options);
    const forward: BigramForward = {
      batch,
      distributions,
      signals: await this.signals(batch, needs, options, distributions),
      release: () => {
        this.calls.release += 1;
        this.held = undefined;
      },
    };
    this.held = forward;
    return forward;
  }

  async backward(forward: Forward, weights: Float32Array, coefficients?: Float32Array): Promise<void> {
    if (forward !== this.held) throw new Error('backward of a forward pass that is not held');
    this.calls.backward += 1;
    const { distributions } = this.held;
    const { tokens, scored } = this.held.batch;
    for (let token = 0; token < scored.length; token++) {
      const previous = tokens[scored.source[token]];
      const logProbabilities = this.logProbabilities(previous);
      for (let next = 0; next < this.vocabularySize; next++) {
        const indicator = next === scored.target[token] ? 1 : 0;
        this.gradient[previous * this.vocabularySize + next] +=
          weights[token] * (Math.exp(logProbabilities[next]) - indicator);
        if (coefficients === undefined || distributions === undefined) continue;
        this.gradient[previous * this.vocabularySize + next] +=
          coefficients[token] * (Math.exp(logProbabilities[next]) - distributions[token][next]);
      }
    }
    this.held = undefined;
  }

  async update(options: Parameters<TrainableModel['update']>[0]): ReturnType<TrainableModel['update']> {
    this.calls.update += 1;
    const { learningRate, gradientScale, maxGradientNorm, weightDecay, beta1, beta2, epsilon } = options;
    const gradientNorm = gradientScale * Math.sqrt(this.gradient.reduce((sum, value) => sum + value * value, 0));
    if (Number.isFinite(gradientNorm)) {
      this.updates += 1;
      const scale = gradientScale * Math.min(1, maxGradientNorm / gradientNorm);
      const [first, second] = this.moments;
      for (let index = 0; index < this.weights.length; index++) {
        const gradient = this.gradient[index] * scale;
        first[index] = beta1 * first[index] + (1 - beta1) * gradient;
        second[index] = beta2 * second[index] + (1 - beta2) * gradient * gradient;
        const direction =
          first[index] /
          (1 - beta1 ** this.updates) /
          (Math.sqrt(second[index] / (1 - beta2 ** this.updates)) + epsilon);
        this.weights[index] -= learningRate * (direction + weightDecay * this.weights[index]);
      }
    }
    this.gradient.fill(0);
    return { gradientNorm };
  }

  clearGradients(): void {
    this.gradient.fill(0);
  }

  async score(
    batch: TokenBatch,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<TokenSignals> {
    this.calls.score += 1;
    return this.signals(batch, needs, options, await this.termDistributions(batch, options));
  }

  async distributions(batch: TokenBatch): Promise<TokenDistributions> {
    const rows = this.rows(batch);
    return {
      logProbs: async (first, count) => Float32Array.from(rows.slice(first, first + count).flatMap((row) => [...row])),
      release: () => undefined,
    };
  }

  async generate(prompts: readonly Int32Array[], { maxTokens }: { maxTokens: number }) {
    return prompts.map((prompt) => {
      const generated: number[] = [];
      for (let previous = prompt[prompt.length - 1]; generated.length < maxTokens;) {
        const logProbabilities = this.logProbabilities(previous);
        previous = logProbabilities.indexOf(Math.max(...logProbabilities));
        if (this.description.endIds.includes(previous)) {
          return { tokens: Int32Array.from(generated), finishReason: 'stop' as const };
        }
        generated.push(previous);
      }
      return { tokens: Int32Array.from(generated), finishReason: 'length' as const };
    });
  }

  async save(directory: string): Promise<void> {
    writeFileSync(
      join(directory, 'config.json'),
      JSON.stringify({ model_type: 'bigram', vocab_size: this.vocabularySize }),
    );
    writeFileSync(join(directory, 'weights.bin'), this.weights);
  }

  async saveState(directory: string): Promise<void> {
    mkdirSync(join(directory, 'moments'));
    writeFileSync(join(directory, 'weights.bin'), this.weights);
    writeFileSync(join(directory, 'moments', 'first.bin'), this.moments[0]);
    writeFileSync(join(directory, 'moments', 'second.bin'), this.moments[1]);
    writeFileSync(join(directory, 'state.json'), JSON.stringify({ updates: this.updates }));
  }

  async loadState(directory: string): Promise<void> {
    const read = (...path: string[]): Float32Array => {
      const bytes = readFileSync(join(directory, ...path));
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    };
    this.weights.set(read('weights.bin'));
    this.moments = [read('moments', 'first.bin'), read('moments', 'second.bin')];
    this.updates = (JSON.parse(readFileSync(join(directory, 'state.json'), 'utf8')) as { updates: number }).updates;
  }

  async dispose(): Promise<void> {}
}
