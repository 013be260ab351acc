import { prefillPasses, type PromptDecoder } from '@profit-sft/engine';
import type { ExportedModel, KeyValueCache } from '../model/exported-model.js';

/** Rows of an export's cache, and for each which cached tokens are seen. */
interface CachedRows {
  readonly cache: KeyValueCache;
  readonly masks: number[][];
}

/** Decodes with the key/value cache of an export. Sequences are padded on the left, so that the newest token is the last of every row. */
export class CacheDecoder implements PromptDecoder {
  private cached: CachedRows | undefined;

  constructor(private readonly model: ExportedModel) {}

  async add(prompts: readonly Int32Array[]): Promise<Float32Array> {
    const { vocabularySize } = this.model;
    const logits = new Float32Array(prompts.length * vocabularySize);
    for (const { from, to } of prefillPasses(prompts.map(({ length }) => length))) {
      const added = await this.prefill(prompts.slice(from, to), logits.subarray(from * vocabularySize));
      this.cached = this.cached === undefined ? added : this.joined(this.cached, added);
    }
    return logits;
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    const { cache, masks } = this.rows;
    for (const mask of masks) mask.push(1);
    const pass = await this.model.pass(
      Array.from(tokens, (token) => [token]),
      masks,
      cache,
    );
    this.cached = { cache: pass.cache, masks };
    const logits = new Float32Array(tokens.length * this.model.vocabularySize);
    tokens.forEach((_, row) => logits.set(pass.row(row, 0), row * this.model.vocabularySize));
    return logits;
  }

  keep(rows: readonly number[]): Promise<void> {
    const { cache, masks } = this.rows;
    const kept = rows.map((row) => masks[row]);
    // What only longer sequences had on the left is padding of all now.
    const padding = Math.min(...kept.map((mask) => mask.indexOf(1)));
    this.cached =
      rows.length === 0
        ? undefined
        : {
            cache: this.model.keepRows(cache, rows, padding),
            masks: kept.map((mask) => mask.slice(padding)),
          };
    return Promise.resolve();
  }

  release(): void {
    this.cached = undefined;
  }

  private get rows(): CachedRows {
    if (this.cached === undefined) throw new Error('the decoder has no sequences');
    return this.cached;
  }

  /** Runs prompts; logits [prompts, vocabularySize] of the token behind each are written to `logits`. */
  private async prefill(prompts: readonly Int32Array[], logits: Float32Array): Promise<CachedRows> {
    const rows = prompts.length;
    const columns = Math.max(...prompts.map((prompt) => prompt.length));
    const tokens = new Int32Array(rows * columns);
    const mask = new Uint8Array(rows * columns);
    prompts.forEach((prompt, row) => {
      tokens.set(prompt, (row + 1) * columns - prompt.length);
      mask.fill(1, (row + 1) * columns - prompt.length, (row + 1) * columns);
    });
    const cache = await this.model.run({ rows, columns, tokens, mask }, (piece) => {
      if (piece.from + piece.columns < columns) return;
      prompts.forEach((_, row) => logits.set(piece.row(row, piece.columns - 1), row * this.model.vocabularySize));
    });
    return { cache, masks: prompts.map((_, row) => [...mask.subarray(row * columns, (row + 1) * columns)]) };
  }

  private joined(first: CachedRows, second: CachedRows): CachedRows {
    const all = [...first.masks, ...second.masks];
    const columns = Math.max(...all.map((mask) => mask.length));
    return {
      cache: this.model.joinRows(first.cache, second.cache),
      masks: all.map((mask) => [...new Array<number>(columns - mask.length).fill(0), ...mask]),
    };
  }
}
