/**
 * Makes the base model of the word-problem example: generates its text, trains its tokenizer, draws random weights and
 * trains them, and writes `examples/word-problems/model`.
 *
 * npx tsx --conditions=@profit-sft/source tools/base-model/train-base-model.ts [--resume]
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onnxruntime } from '@profit-sft/backend-onnxruntime';
import { parseRunConfig, ProfitError } from '@profit-sft/core';
import { jsonl } from '@profit-sft/datasets';
import { sft } from '@profit-sft/masking';
import { parseModelConfig, saveCheckpoint } from '@profit-sft/models';
import { openTokenizer } from '@profit-sft/tokenizers';
import { train } from '@profit-sft/trainer';
import { generateProblems } from '../../examples/word-problems/generator/problems.js';
import { heldOutProblems, seed as demoSeed } from '../../examples/word-problems/demo/settings.js';
import { baseConfig, maxPositions } from './base-config.js';
import { takeDocuments, upTo } from './base-text.js';
import { initialParameters } from './initialise-parameters.js';
import * as settings from './settings.js';
import { specialTokenList, writeTokenizer } from './tokenizer/tokenizer-files.js';
import { trainBytePairEncoding } from './tokenizer/train-byte-pair-encoding.js';
import { TrainingLog } from './training-log.js';

const { paths, seed } = settings;

/** No held-out problem of the demo may be in the text; the generator sees to it, this makes sure. */
function assertDisjoint(documents: readonly string[]): void {
  const text = documents.join('\n');
  for (const { prompt } of generateProblems({ seed: demoSeed, count: heldOutProblems, split: 'held-out' })) {
    const story = prompt.slice('Question: '.length, -'\nAnswer:'.length);
    if (text.includes(story)) throw new Error(`a held-out problem is in the base text: ${story}`);
  }
}

async function writeRows(file: string, documents: readonly string[]): Promise<void> {
  await writeFile(file, documents.map((text) => `${JSON.stringify({ text })}\n`).join(''));
}

async function main(resume: boolean, log: TrainingLog): Promise<void> {
  const [initial, run] = [join(paths.work, 'initial'), join(paths.work, 'run')];
  const [trainFile, evaluationFile] = [join(paths.work, 'train.jsonl'), join(paths.work, 'eval.jsonl')];
  if (!resume) await rm(paths.work, { recursive: true, force: true });
  await mkdir(initial, { recursive: true });

  const documents = takeDocuments(seed, settings.documents);
  const known = new Set(documents);
  const unseen = takeDocuments(settings.evaluationSeed, settings.evaluationDocuments).filter(
    (text) => !known.has(text),
  );
  assertDisjoint(documents);
  await writeRows(trainFile, documents);
  await writeRows(evaluationFile, unseen);
  log.note(`${documents.length} documents to train on, ${unseen.length} held out`);

  const text = upTo(documents, settings.tokenizerCharacters);
  const encoding = trainBytePairEncoding(text, settings.vocabularySize, specialTokenList);
  await writeTokenizer(initial, encoding, maxPositions);
  log.note(`tokenizer of ${encoding.tokens.length} tokens`);
  const modelConfig = parseModelConfig(baseConfig(encoding.tokens.length), initial);
  await saveCheckpoint(initial, modelConfig, initialParameters(modelConfig, seed), { dtype: 'F32' });

  const config = parseRunConfig({
    ...settings.trainingConfig,
    model: initial,
    data: { train: trainFile, eval: evaluationFile },
  });
  const tokenizer = await openTokenizer(initial);
  const model = await onnxruntime({ activationMemory: 1024, saveDtype: 'BF16' }).open(initial);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    const result = await train({
      config,
      model,
      tokenizer,
      masking: sft(),
      train: await jsonl({ path: trainFile }).load(),
      evaluation: await jsonl({ path: evaluationFile }).load(),
      directory: run,
      resume,
      sinks: [log],
      signal: interrupted.signal,
    });
    log.note(
      `${result.tokens} tokens in ${result.seconds.toFixed(0)} s, held-out NLL ${result.metrics.evalNll?.toFixed(4)}`,
    );
    await rm(paths.model, { recursive: true, force: true });
    await mkdir(paths.model, { recursive: true });
    await model.save(paths.model);
    await tokenizer.save(paths.model);
  } finally {
    await model.dispose();
  }
  const names = await readdir(paths.model);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(paths.model, name))).size));
  log.note(`saved ${names.join(', ')}: ${sizes.reduce((sum, size) => sum + size, 0)} bytes`);
}

const { values } = parseArgs({ options: { resume: { type: 'boolean', default: false } } });
const log = new TrainingLog(paths.log, 50, values.resume);
try {
  await main(values.resume, log);
} catch (error) {
  if (!ProfitError.isInstance(error)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
} finally {
  log.end();
}
