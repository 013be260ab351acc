import type { PromptDecoder } from '@profit-sft/engine';
import type { ExportedModel, KeyValueCache } from '../model/exported-model.js';

/** Decodes with the key/value cache of an export. Prompts are padded on the left, so that the newest token is the last of every row. */
export class CacheDecoder implements PromptDecoder {
  private cache: KeyValueCache = {};
  /** For each row, which cached tokens are seen. */
  private masks: number[][] = [];

  constructor(private readonly model: ExportedModel) {}

  async prefill(prompts: readonly Int32Array[]): Promise<Float32Array> {
    const rows = prompts.length;
    const columns = Math.max(...prompts.map((prompt) => prompt.length));
    const tokens = new Int32Array(rows * columns);
    const mask = new Uint8Array(rows * columns);
    prompts.forEach((prompt, row) => {
      tokens.set(prompt, (row + 1) * columns - prompt.length);
      mask.fill(1, (row + 1) * columns - prompt.length, (row + 1) * columns);
    });
    const logits = new Float32Array(rows * this.model.vocabularySize);
    this.cache = await this.model.run({ rows, columns, tokens, mask }, (piece) => {
      if (piece.from + piece.columns < columns) return;
      prompts.forEach((_, row) => logits.set(piece.row(row, piece.columns - 1), row * this.model.vocabularySize));
    });
    this.masks = prompts.map((_, row) => [...mask.subarray(row * columns, (row + 1) * columns)]);
    return logits;
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    for (const mask of this.masks) mask.push(1);
    const pass = await this.model.pass(
      Array.from(tokens, (token) => [token]),
      this.masks,
      this.cache,
    );
    this.cache = pass.cache;
    const logits = new Float32Array(tokens.length * this.model.vocabularySize);
    tokens.forEach((_, row) => logits.set(pass.row(row, 0), row * this.model.vocabularySize));
    return logits;
  }

  keep(rows: readonly number[]): Promise<void> {
    this.masks = rows.map((row) => this.masks[row]);
    this.cache = this.model.keepRows(this.cache, rows);
    return Promise.resolve();
  }

  release(): void {
    this.cache = {};
  }
}
