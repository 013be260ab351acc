/** Asks for a pass and, behind it, for the state to be saved into DIRECTORY, says the number of the model's process, and dies: killed-parent.ts DIRECTORY */
import { writeSync } from 'node:fs';
import { openModelProcess } from '../process/process-model.js';
import { startProcess } from '../process/start-process.js';

const [directory] = process.argv.slice(2);
const engineModule = { backend: 'blocking', module: new URL('blocking-model.ts', import.meta.url) };
const child = startProcess(engineModule);
const model = await openModelProcess(engineModule, '', {}, child);
const none = new Int32Array(0);
const scored = { length: 0, source: none, target: none, sequence: none, position: none };
const batch = { rows: 0, columns: 0, tokens: none, segments: none, positions: none, scored };
model.score(batch).catch(() => undefined);
model.saveState(directory).catch(() => undefined);
setTimeout(() => {
  writeSync(1, String(child.pid));
  process.kill(process.pid, 'SIGKILL');
}, 300);
