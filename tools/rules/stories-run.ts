import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import { parseRunConfig, type Dataset, type Tokenizer } from '@profit-sft/core';
import { inlineDataset } from '@profit-sft/datasets';
import { sft } from '@profit-sft/masking';
import { openTokenizer } from '@profit-sft/tokenizers';
import { train, type TrainResult } from '@profit-sft/trainer';
import { ruleOf, type RuleRun } from './rule-runs.js';

export const sharedData =
  process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const initialModel = join(sharedData, 'models/stories260K/hf');

interface Story {
  readonly prompt: string;
  readonly completion: string;
  readonly source: string;
}

/** The first sentence of a story as the prompt, what follows as the completion. */
function stories(): Story[] {
  const texts = JSON.parse(readFileSync(join(sharedData, 'text/tinystories_1000.json'), 'utf8')) as string[];
  return texts.flatMap((text) => {
    const end = text.indexOf('. ') + 2;
    const completion = text.slice(end, end + 300);
    if (end < 3 || completion.length < 50) return [];
    return [{ prompt: text.slice(0, end), completion, source: text.length > 800 ? 'long' : 'short' }];
  });
}

/** Fine-tunes stories260K on TinyStories, a rule at a time, in a folder of its own. */
export class StoriesRuns {
  private readonly folder = mkdtempSync(join(tmpdir(), 'profit-rules-'));
  private readonly train: Dataset;
  private readonly evaluation: Dataset;
  private readonly lengths: { readonly maxLength: number; readonly batchSize: number };
  private tokenizer: Tokenizer | undefined;
  private tunedModel: string | undefined;

  /**
   * @param trained stories that are trained on
   * @param heldOut stories that NLL and objective are measured on, before training and after it; 0: the trained ones
   * @param maxLength tokens of a story
   * @param batchSize stories of a step
   */
  constructor(
    private readonly steps: number,
    { trained = 400, heldOut = 40, maxLength = 160, batchSize = 8 } = {},
  ) {
    this.lengths = { maxLength, batchSize };
    const rows = stories();
    this.train = inlineDataset(rows.slice(0, trained), 'train');
    this.evaluation = heldOut === 0 ? this.train : inlineDataset(rows.slice(trained, trained + heldOut), 'held-out');
  }

  async run(rule: RuleRun): Promise<TrainResult> {
    const reference = rule.reference === 'tuned' ? await this.tuned() : initialModel;
    return this.fineTune(rule.name, ruleOf(rule), reference);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The reference of rules that want one that knows the data better. */
  private async tuned(): Promise<string> {
    this.tunedModel ??= (await this.fineTune('tuned-reference', sft(), initialModel)).model;
    return this.tunedModel;
  }

  private async fineTune(name: string, masking: ReturnType<typeof ruleOf>, reference: string): Promise<TrainResult> {
    const tokenizer = (this.tokenizer ??= await openTokenizer(initialModel));
    const config = parseRunConfig({
      model: initialModel,
      data: { train: 'train', eval: 'held-out', maxLength: this.lengths.maxLength },
      ...{ steps: this.steps, batchSize: this.lengths.batchSize, microBatchTokens: 640, learningRate: 1e-4, seed: 1 },
    });
    // In this process: many short runs, of which each would start two processes.
    const engine = onnxruntime({ process: false, threads: 1 });
    const model = await engine.open(initialModel);
    try {
      return await train({
        ...{ config, model, tokenizer, masking, train: this.train, evaluation: this.evaluation },
        directory: join(this.folder, name),
        reference: {
          name: reference,
          fingerprint: reference,
          tokenizer,
          mode: 'cached',
          cacheDirectory: join(this.folder, 'cache'),
          open: () => engine.open(reference),
        },
      });
    } finally {
      await model.dispose();
    }
  }
}
