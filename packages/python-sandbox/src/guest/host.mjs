/* global setTimeout, setInterval, clearTimeout */
// The main thread of the sandbox's process. It runs one program at a time, each in a worker of its own, and stops it by deadline or
// memory. The next worker is prepared while the present one runs. The interpreter's memory as it is after start-up is taken once and
// restored in each worker: starting Python takes seconds, restoring it a fraction of one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** @typedef {{ id: number, source: string, moduleName: string, timeoutSeconds: number }} Request */
/** @typedef {{ worker: Worker, ready: Promise<string | undefined> }} Prepared */

const [directory, memoryLimit] = [process.argv[2], Number(process.argv[3])];
/** Bytes that the process may grow by beside a program's memory: files in memory, and the next interpreter. */
const headroom = 256 * 2 ** 20;
const errorLimit = 500;
const text = (/** @type {string} */ name) => readFileSync(join(directory, name), 'utf8');
const shared = (/** @type {Uint8Array} */ bytes) => {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
};
const interpreter = {
  // Node's types have no WebAssembly.
  module: await /** @type {any} */ (globalThis).WebAssembly.compile(readFileSync(join(directory, 'pyodide.asm.wasm'))),
  standardLibrary: shared(readFileSync(join(directory, 'python_stdlib.zip'))),
  scripts: { 'pyodide.asm.mjs': text('pyodide.asm.mjs'), 'pyodide.mjs': text('pyodide.mjs') },
  lockFile: text('pyodide-lock.json'),
};
/** @type {Uint8Array | undefined} */
let snapshot;

/** @returns {Worker} */
function startWorker(/** @type {boolean} */ makeSnapshot) {
  return new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData: { ...interpreter, snapshot, makeSnapshot },
    env: {},
    argv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryLimit / 2 ** 20, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
  });
}

/** @returns {Promise<void>} */
function takeSnapshot() {
  return new Promise((resolve, reject) => {
    const worker = startWorker(true);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the interpreter ended with code ${code} while it started`)));
    worker.once('message', (/** @type {{ snapshot?: Uint8Array, problem?: string }} */ message) => {
      if (message.snapshot === undefined) return reject(new Error(message.problem));
      snapshot = shared(message.snapshot);
      resolve(worker.terminate().then(() => undefined));
    });
  });
}

/** @returns {Prepared} `ready` gives why it is not, if so */
function prepare() {
  const worker = startWorker(false);
  worker.stdout.resume();
  worker.stderr.resume();
  const ready = new Promise((/** @type {(problem?: string) => void} */ resolve) => {
    worker.once('message', ({ problem }) => resolve(problem));
    worker.once('error', (error) => resolve(String(error)));
    worker.once('exit', (code) => resolve(`the interpreter ended with code ${code} before the program`));
  });
  return { worker, ready };
}

/** @type {Prepared | undefined} */
let next;

/** @param {Request} request */
async function run({ source, moduleName, timeoutSeconds }) {
  const { worker, ready } = next ?? prepare();
  next = undefined;
  const problem = await ready;
  if (problem !== undefined) {
    return { outcome: 'crashed', error: problem.slice(0, errorLimit), output: '', droppedOutput: 0, seconds: 0 };
  }
  const memoryBefore = process.memoryUsage.rss();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  /** @type {NodeJS.Timeout[]} */
  const timers = [];
  const result = await new Promise((resolve) => {
    const stopped = (/** @type {string} */ outcome, /** @type {string} */ error) =>
      resolve({ outcome, error: error.slice(0, errorLimit), output: '', droppedOutput: 0, seconds: seconds() });
    timers.push(setTimeout(stopped, timeoutSeconds * 1000, 'timeout', `stopped after ${timeoutSeconds} s`));
    // WebAssembly's memory has a limit of its own; files in memory and JavaScript's buffers do not.
    const watch = () => {
      if (process.memoryUsage.rss() - memoryBefore <= memoryLimit + headroom) return;
      stopped('memory', `stopped at more than ${Math.round((memoryLimit + headroom) / 2 ** 20)} MiB`);
    };
    timers.push(setInterval(watch, 20));
    worker.once('message', (message) => resolve({ ...message, seconds: seconds() }));
    worker.once('error', (error) => stopped(/memory/i.test(String(error)) ? 'memory' : 'crashed', String(error)));
    worker.once('exit', (code) => stopped('crashed', `the interpreter ended with code ${code}`));
    worker.postMessage({ source, moduleName });
    // The next one starts while this one runs.
    next = prepare();
  });
  for (const timer of timers) clearTimeout(timer);
  await worker.terminate();
  return result;
}

await takeSnapshot();
next = prepare();
// Lines of JSON, which the other side can check before it uses anything of them.
const reply = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`);
let line = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', async (/** @type {string} */ text) => {
  const [first, ...rest] = text.split('\n');
  line += first;
  for (const start of rest) {
    /** @type {Request} */
    const request = JSON.parse(line);
    line = start;
    reply({ id: request.id, result: await run(request) });
  }
});
process.stdin.on('end', () => process.exit());
reply({ started: true });
