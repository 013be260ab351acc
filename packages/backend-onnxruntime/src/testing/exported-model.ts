import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelConfig } from '@profit-sft/models';

type Cache = Record<string, Tensor>;

/** A model as a user of `onnx/model.onnx` runs it: with ONNX Runtime alone, int64 ids and a cache that starts empty. */
export class ExportedModelSession {
  private constructor(
    readonly session: InferenceSession,
    private readonly config: ModelConfig,
  ) {}

  static async open(path: string, config: ModelConfig): Promise<ExportedModelSession> {
    return new ExportedModelSession(
      await InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 }),
      config,
    );
  }

  /** Continues prompts greedily, one token each in a step; the shorter prompts are padded on the left. */
  async greedy(prompts: readonly (readonly number[])[], maxTokens: number): Promise<number[][]> {
    const length = Math.max(...prompts.map((prompt) => prompt.length));
    const mask = prompts.map((prompt) => [...new Array<number>(length).fill(0).fill(1, length - prompt.length)]);
    const chosen: number[][] = prompts.map(() => []);
    let ids = prompts.map((prompt) => [...new Array<number>(length - prompt.length).fill(0), ...prompt]);
    let cache = this.emptyCache(prompts.length);
    for (let step = 0; step < maxTokens; step++) {
      const columns = ids[0].length;
      // As transformers derives positions from a mask.
      const positions = mask.map((row) => {
        let seen = 0;
        return row.map((value) => (value === 0 ? 1 : seen++)).slice(-columns);
      });
      const outputs = await this.session.run({
        ...cache,
        input_ids: int64(ids),
        attention_mask: int64(mask),
        position_ids: int64(positions),
      });
      const { data, dims } = outputs.logits;
      const width = dims[2];
      chosen.forEach((tokens, row) => {
        const start = ((row + 1) * columns - 1) * width;
        const logits = (data as Float32Array).subarray(start, start + width);
        tokens.push(logits.reduce((best, value, id) => (value > logits[best] ? id : best), 0));
        mask[row].push(1);
      });
      ids = chosen.map((tokens) => [tokens[step]]);
      cache = Object.fromEntries(
        Object.entries(outputs)
          .filter(([name]) => name !== 'logits')
          .map(([name, value]) => [name.replace('present', 'past_key_values'), value]),
      );
    }
    return chosen;
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private emptyCache(batch: number): Cache {
    const { keyValueHeads, headSize } = this.config;
    const names = this.session.inputNames.filter((name) => name.startsWith('past_key_values.'));
    return Object.fromEntries(
      names.map((name) => [name, new Tensor('float32', new Float32Array(0), [batch, keyValueHeads, 0, headSize])]),
    );
  }
}

function int64(rows: readonly (readonly number[])[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length]);
}
