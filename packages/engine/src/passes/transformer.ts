import type { ModelSignalName, PassOptions, TokenBatch, TokenDistributions } from '@profit-sft/core';
import type { AdaptedConfig } from '@profit-sft/models';
import { withoutDropout } from '../adapter/dropout-masks.js';
import { firstKeptLayer, type BudgetOf } from './pass-budget.js';
import type { Runtime, Value, ValueBuffer } from '../runtime/runtime.js';
import { LayerRunner, type LayerWeights } from './layer-runner.js';
import type { Embedding, Head, HeadPass, HeadSignalArrays, LayerPasses, TrainedLayers } from './passes.js';

/** What a model is put together from; all of one runtime. */
export interface TransformerParts<V extends Value> {
  readonly runtime: Runtime<V>;
  readonly embedding: Embedding<V>;
  readonly layers: readonly LayerWeights<V>[];
  /** The layers' passes in training. */
  readonly training: TrainedLayers<V>;
  readonly head: Head<V>;
}

/** What a forward pass holds for its backward pass. */
interface ActivePass<V extends Value> {
  readonly batch: TokenBatch;
  readonly layers: LayerPasses<V>;
  /** Input of each layer, [tokens, hiddenSize]. */
  readonly states: readonly V[];
  /** The first layer that kept its products; those before it are recomputed. */
  readonly firstKept: number;
  readonly head: HeadPass<V>;
}

/** Forward and backward passes over a batch, layer by layer, in buffers that are reused from batch to batch. */
export class Transformer<V extends Value> {
  /** For generation. */
  readonly layers: LayerRunner<V>;
  private readonly stateBuffers: readonly ValueBuffer<V>[];
  private readonly scoredBuffer: ValueBuffer<V>;
  private readonly gradientBuffers: readonly ValueBuffer<V>[];
  private active: ActivePass<V> | undefined;

  constructor(
    private readonly config: AdaptedConfig,
    readonly parts: TransformerParts<V>,
    private readonly budgetOf: BudgetOf,
  ) {
    const { runtime, layers } = parts;
    this.layers = new LayerRunner(withoutDropout(config), runtime);
    this.stateBuffers = layers.map(() => runtime.buffer());
    this.scoredBuffer = runtime.buffer();
    this.gradientBuffers = [runtime.buffer(), runtime.buffer()];
  }

  /** Signals of each scored token. `keep` holds what `backward` needs. */
  async forward(
    batch: TokenBatch,
    keep: boolean,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<HeadSignalArrays> {
    const budget = this.budgetOf({ ...batch, scored: batch.scored.length });
    const { layers, states, firstKept, scored } = await this.body(batch, keep ? budget.activationBytes : undefined);
    const head = await this.parts.head.forward(scored, batch.scored.target, keep, needs, options, budget);
    if (keep) this.active = { batch, layers, states, firstKept, head };
    else layers.release();
    return head.signals;
  }

  /** Distributions over the vocabulary of each scored token, computed in pieces from last-layer states of its own. */
  async distributions(batch: TokenBatch): Promise<TokenDistributions> {
    const { layers, scored } = await this.body(batch, undefined);
    layers.release();
    return this.parts.head.distributions(scored);
  }

  /**
   * Runs the layers; the last one gives states [scored, hiddenSize], valid until the next batch. With a budget, a backward
   * pass can follow.
   */
  private async body(
    batch: TokenBatch,
    keptBytes: number | undefined,
  ): Promise<Pick<ActivePass<V>, 'layers' | 'states' | 'firstKept'> & { scored: V }> {
    if (this.active !== undefined) throw new Error('a forward pass is still held: call backward or release first');
    const { hiddenSize } = this.config;
    const tokens = batch.rows * batch.columns;
    const { embedding, training } = this.parts;
    const layers = training.prepare(batch, keptBytes !== undefined);
    const count = this.stateBuffers.length;
    const bytesOf = (index: number): number => training.keptBytes(tokens, index);
    const firstKept = keptBytes === undefined ? count : firstKeptLayer(count, bytesOf, keptBytes);
    // Without a backward pass two states suffice, used in turn.
    const states = this.stateBuffers.map((_, index) =>
      this.stateBuffers[keptBytes === undefined ? index % 2 : index].tensor([tokens, hiddenSize]),
    );
    const scored = this.scoredBuffer.tensor([batch.scored.length, hiddenSize]);
    await embedding.embed(batch, states[0]);
    for (const [index, hidden] of states.entries()) {
      const last = index === states.length - 1;
      const rows = last ? batch.scored.source : undefined;
      await layers.forward({ index, hidden, rows, keeping: index >= firstKept }, last ? scored : states[index + 1]);
    }
    return { layers, states, firstKept, scored };
  }

  /** Adds the gradient of Σ weights · (−log p) + coefficients · CE(q, p) of the held forward pass to the parameters' gradients. */
  async backward(weights: Float32Array, coefficients?: Float32Array): Promise<void> {
    const { active } = this;
    if (active === undefined) throw new Error('backward needs a forward pass that is still held');
    try {
      await this.backwardThrough(active, weights, coefficients);
    } finally {
      this.release();
    }
  }

  private async backwardThrough(
    active: ActivePass<V>,
    weights: Float32Array,
    coefficients?: Float32Array,
  ): Promise<void> {
    const { runtime, embedding } = this.parts;
    const { batch, layers, states, firstKept, head } = active;
    const { hiddenSize, adapters } = this.config;
    const frozen = adapters !== undefined;
    const counts = (token: number): boolean => weights[token] !== 0 || (coefficients?.[token] ?? 0) !== 0;
    const every = Int32Array.from(weights.keys());
    // Towards the reference, whose distributions come in ranges of tokens, every token is computed.
    const ranges = coefficients !== undefined && head.reference !== undefined && every.some(counts);
    const weighted = ranges ? every : every.filter(counts);
    if (weighted.length === 0) return;
    let [gradient, next] = this.gradientBuffers.map((buffer) =>
      buffer.tensor([batch.rows * batch.columns, hiddenSize]),
    );
    const top = await head.backward(weights, weighted, coefficients);
    for (let index = states.length - 1; index >= 0; index--) {
      const last = index === states.length - 1;
      const rows = last ? weighted.map((token) => batch.scored.source[token]) : undefined;
      await layers.backward(
        { index, hidden: states[index], rows, keeping: index >= firstKept },
        last ? top : gradient,
        frozen && index === 0 ? undefined : next,
      );
      if (last) runtime.free(top);
      [gradient, next] = [next, gradient];
    }
    if (!frozen) await embedding.backward(batch, gradient);
  }

  release(): void {
    if (this.active === undefined) return;
    this.active.head.release();
    this.active.layers.release();
    this.active = undefined;
  }

  async dispose(): Promise<void> {
    this.release();
    await this.layers.release();
    await this.parts.training.release();
    await this.parts.head.release();
    await this.parts.embedding.release();
    for (const buffer of [...this.stateBuffers, this.scoredBuffer, ...this.gradientBuffers]) buffer.release();
  }
}
