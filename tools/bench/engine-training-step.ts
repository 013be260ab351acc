/** Run as a process of its own with a job's file, as training-process.ts says: trains when told to, and prints times and peak memory. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { profit, sft } from '@profit-sft/masking';
import { keptThreshold } from './kept-threshold.js';
import { defaultOptions, randomAdaptedModel, randomBatch, randomModel } from './random-model.js';
import { residentMemory } from './resident-memory.js';
import { measuredShapes } from './shapes.js';
import type { TrainingJob, TrainingSummary } from './training-job.js';
import { trainingStep } from './training-step.js';

const job = JSON.parse(readFileSync(process.argv[2], 'utf8')) as TrainingJob;
const imported = residentMemory().now;
const { config, rows, columns } = measuredShapes[job.shape];
const options = { ...defaultOptions, memoryBytes: job.memoryBytes };
const model =
  job.adapter === undefined ? randomModel(config, options) : await randomAdaptedModel(config, options, job.adapter);
const batch = randomBatch(config, rows, columns, job.response);
const kept = Math.round(job.keptShare * batch.scored.length);
const rule = job.rule === 'sft' ? sft() : profit({ threshold: await keptThreshold(model, batch, kept) });
await trainingStep(model, batch, rule);
console.log('ready');
const before = process.cpuUsage();
let steps = 0;
for await (const _ of createInterface(process.stdin)) {
  console.log(await trainingStep(model, batch, rule));
  steps++;
}
const { user, system } = process.cpuUsage(before);
const { peak } = residentMemory();
const plan = await model.planMemory({ rows, columns, scored: batch.scored.length });
const summary: TrainingSummary = {
  imported,
  peak,
  ...(steps === 0 ? {} : { processorSeconds: (user + system) / 1e6 / steps }),
  planned: plan?.total,
  runtime: model.description.runtime,
};
await model.dispose();
console.log(JSON.stringify(summary));
