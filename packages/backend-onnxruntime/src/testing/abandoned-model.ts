/**
 * A process that opens the model directory of its first argument and does not dispose of the model. Prints the id of the model's
 * process. Second argument: `busy` scores for ever, `idle` comes to its end.
 */
import { openModelProcess, startProcess } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { onnxruntimeModule } from '../process/open-in-process.js';

const [directory, mode] = process.argv.slice(2);
const child = startProcess(onnxruntimeModule);
const options = { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 0, saveDtype: 'F32' } as const;
const model = await openModelProcess(onnxruntimeModule, directory, options, child);
const batch = batchOfSequences([[1, 2, 3]], 'packed');
await model.score(batch);
process.stdout.write(`${child.pid}\n`);
while (mode === 'busy') await model.score(batch);
