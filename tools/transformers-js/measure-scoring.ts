/**
 * How long Transformers.js takes to score an export, as a multiple of what the engine takes to score the model, each in a process of
 * its own with its default number of threads:
 *
 *     PROFIT_TRANSFORMERS_JS=/tmp/tjs npx tsx --conditions=@profit-sft/source tools/transformers-js/measure-scoring.ts MODEL
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, onnxruntime } from '@profit-sft/backend-onnxruntime';
import { transformers } from '@profit-sft/backend-transformers';
import { createRandom, type FrozenModel, type TokenBatch } from '@profit-sft/core';
import { packExamples } from '@profit-sft/datasets';
import { howToInstall, installations } from './transformers-js.js';

const runs = 7;
/** A micro-batch as training makes it: sequences of 32 to 256 tokens, of which the second half is scored. */
const microBatchTokens = 2048;

const [directory] = process.argv.slice(2);
const found = installations();
if (directory === undefined || found.length === 0) {
  console.error(found.length === 0 ? `PROFIT_TRANSFORMERS_JS is not set. ${howToInstall}` : 'usage: MODEL');
  process.exit(2);
}

function randomBatch(vocabularySize: number): TokenBatch {
  const random = createRandom(1, 'scoring');
  const examples = Array.from({ length: 200 }, (_, row) => {
    const length = 32 + random.integer(225);
    return {
      tokens: Int32Array.from({ length }, () => random.integer(vocabularySize)),
      target: Uint8Array.from({ length }, (_flag, index) => (index >= length / 2 ? 1 : 0)),
      row,
    };
  });
  return [...packExamples(examples, { maxTokens: microBatchTokens, packing: true })][0];
}

async function seconds(model: FrozenModel, batch: TokenBatch): Promise<number> {
  const start = performance.now();
  await model.score(batch, []);
  return (performance.now() - start) / 1000;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = await mkdtemp(join(tmpdir(), 'profit-scoring-'));
try {
  const exported = join(folder, 'exported');
  await exportOnnx(directory, exported);
  const own = await onnxruntime().open(directory);
  const batch = randomBatch(own.description.vocabularySize);
  for (const { folder: installation } of found) {
    const theirs = await transformers({ installation }).open(exported);
    const times: [number, number][] = [];
    // Interleaved, so that other work on the machine meets both; the first of each compiles and is left out.
    for (let run = 0; run <= runs; run++) times.push([await seconds(own, batch), await seconds(theirs, batch)]);
    const [engine, library] = [0, 1].map((side) => median(times.slice(1).map((time) => time[side])));
    console.log(
      `${theirs.description.runtime}: ${(library / engine).toFixed(1)} times the engine's time ` +
        `(${(1000 * library).toFixed(0)} ms and ${(1000 * engine).toFixed(0)} ms for ${batch.rows * batch.columns} tokens, ${batch.scored.length} scored)`,
    );
    await theirs.dispose();
  }
  await own.dispose();
} finally {
  await rm(folder, { recursive: true, force: true });
}
