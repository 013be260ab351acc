import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledData } from './labelled-data.js';
import { profitCommand } from './profit-command.js';

/** The model after a short fine-tune on one reference for each prompt; the directory of the result. */
export async function fineTuned(
  model: string,
  data: LabelledData,
  masking: string | { readonly name: string; readonly threshold: number },
  learningRate: number,
  folder: string,
): Promise<string> {
  const config = {
    ...{ model, plugins: [data.plugin], masking, data: { train: data.training } },
    ...{ epochs: 2, batchSize: 8, learningRate, seed: 0 },
  };
  const file = join(folder, 'run.json');
  writeFileSync(file, JSON.stringify(config));
  const out = join(folder, 'run');
  await profitCommand(['train', file, '--out', out, '--json']);
  return join(out, 'model');
}
