import { join } from 'node:path';
import { parseRunConfig, type EventSink, type RunEvent } from '@profit-sft/core';
import { openTokenizer } from '@profit-sft/tokenizers';
import { train, type TrainResult } from '@profit-sft/trainer';
import { ProgressLine, progressSink } from './progress.js';
import { registry } from './registry.js';
import { paths, runConfig, threshold, type RuleName } from './settings.js';

export interface FineTuning {
  readonly result: TrainResult;
  readonly events: readonly RunEvent[];
  /** All tokens of the training steps, prompts included, per second of those steps. */
  readonly tokensPerSecond: number;
}

/** Fine-tunes the base model with one rule. */
export async function fineTune(rule: RuleName, signal: AbortSignal): Promise<FineTuning> {
  const line = new ProgressLine(`fine-tuning with ${rule}`);
  const config = parseRunConfig(runConfig(rule));
  const events: RunEvent[] = [];
  const collect: EventSink = { write: (event) => void events.push(event) };
  const tokenizer = await openTokenizer(config.model);
  const model = await registry.backend('onnxruntime', { saveDtype: 'BF16' }).open(config.model);
  try {
    const result = await train({
      config,
      model,
      tokenizer,
      masking: rule === 'profit' ? registry.masking('profit', { threshold }) : registry.masking('sft'),
      train: await registry.dataset('jsonl', { path: paths.train }).load(),
      evaluation: await registry.dataset('jsonl', { path: paths.heldOut }).load(),
      directory: join(paths.output, rule),
      sinks: [collect, progressSink(line)],
      signal,
    });
    const steps = events.filter((event) => event.type === 'step');
    const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
    const tokensPerSecond = result.tokens / seconds;
    line.finish(`${result.steps} steps in ${result.seconds.toFixed(1)} s, ${Math.round(tokensPerSecond)} tokens/s`);
    return { result, events, tokensPerSecond };
  } finally {
    await model.dispose();
  }
}
