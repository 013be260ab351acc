/* global TextDecoder, TextEncoder, AbortController, AbortSignal, Event, EventTarget */
// One interpreter for one program. Python can reach the JavaScript that it runs in, so what must not be reached must not be there:
// Pyodide is evaluated in a context of V8 that has JavaScript's own globals and no others (no process, no require, no fetch), as if there
// were no Node; text is not compiled to code in any context of this process (--disallow-code-generation-from-strings), and an import() from
// inside has nobody to answer it.
import { createContext, runInContext, SourceTextModule } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';

// Kept here; the globals go away below.
const { setTimeout, performance, queueMicrotask, Buffer } = globalThis;
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const { module, standardLibrary, scripts, lockFile, snapshot, makeSnapshot } = workerData;
const outputLimit = 64 * 1024;
const errorLimit = 500;

let output = '';
let droppedOutput = 0;
const decoder = new TextDecoder();
/** @param {Uint8Array} bytes */
function write(bytes) {
  const text = decoder.decode(bytes, { stream: true });
  const kept = text.slice(0, Math.max(0, outputLimit - output.length));
  output += kept;
  droppedOutput += text.length - kept.length;
  return bytes.length;
}

// Programs draw the same numbers each time: a verdict must not depend on luck.
let state = 0x9e3779b9;
function nextByte() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state & 255;
}

const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: true } });
// What Pyodide needs where it finds no browser and no Node: it takes this for the shell of a JavaScript engine. `os.system` of such a shell
// is asked for random bytes, in base64, and for nothing else.
Object.assign(context, {
  TextDecoder,
  TextEncoder,
  URL,
  queueMicrotask,
  AbortController,
  AbortSignal,
  Event,
  EventTarget,
  performance: { now: () => performance.now() },
  console: { log() {}, warn() {}, error() {} },
  setTimeout: (/** @type {() => void} */ callback, /** @type {number} */ delay) => void setTimeout(callback, delay),
  clearTimeout() {},
  load() {},
  read: () => '',
  readbuffer: (/** @type {string} */ name) =>
    name.endsWith('.zip') ? new Uint8Array(standardLibrary).buffer : new ArrayBuffer(0),
  os: {
    system: (/** @type {string} */ _, /** @type {string[]} */ [, command]) => {
      const count = Number(/head -c(\d+)/.exec(command)?.[1] ?? 0);
      return Buffer.from(Array.from({ length: count }, nextByte)).toString('base64');
    },
  },
  compiledModule: module,
});
// The interpreter was compiled once, for all workers of the process; `readbuffer` gave no bytes for it.
runInContext(
  `{
    const module = Object.setPrototypeOf(compiledModule, WebAssembly.Module.prototype);
    const instantiate = WebAssembly.instantiate;
    delete globalThis.compiledModule;
    WebAssembly.instantiate = async (binary, imports) =>
      binary.byteLength === 0 ? { module, instance: await instantiate(module, imports) } : instantiate(binary, imports);
  }`,
  context,
);

/** @param {keyof typeof scripts} name */
async function evaluate(name) {
  const identifier = `file:///${String(name)}`;
  const script = new SourceTextModule(scripts[name], {
    context,
    identifier,
    initializeImportMeta: (meta) => void (meta.url = identifier),
  });
  await script.link((specifier) => {
    throw new Error(`${String(name)} imports ${specifier}`);
  });
  await script.evaluate();
  return /** @type {any} */ (script.namespace);
}

// Second wall: should the context leak an object of this one, its globals hold nothing either.
const keep = new Set(['globalThis', ...runInContext('Object.getOwnPropertyNames(globalThis)', context)]);
for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (!keep.has(name)) Reflect.deleteProperty(globalThis, name);
}

async function startInterpreter() {
  const { default: createPyodideModule } = await evaluate('pyodide.asm.mjs');
  const { loadPyodide } = await evaluate('pyodide.mjs');
  const pyodide = await loadPyodide({
    indexURL: '/',
    createPyodideModule,
    lockFileContents: runInContext(`JSON.parse(${JSON.stringify(lockFile)})`, context),
    // What \`import js\` gives.
    jsglobals: runInContext('Object.create(null)', context),
    env: { HOME: '/home', PYTHONHASHSEED: '0' },
    ...(makeSnapshot ? { _makeSnapshot: true } : {}),
    ...(snapshot === undefined ? {} : { _loadSnapshot: new Uint8Array(snapshot) }),
  });
  return pyodide;
}

/** @param {any} pyodide */
function closeOff(pyodide) {
  pyodide.setStdin({ error: true });
  pyodide.setStdout({ write });
  pyodide.setStderr({ write });
  const execute = pyodide.runPython(`
def execute(source, name):
    try:
        exec(compile(source, '<program>', 'exec'), {'__name__': name})
    except BaseException as error:
        first = str(error).strip().split('\\n', 1)[0]
        return type(error).__name__ + (': ' + first if first else '')
execute
`);
  // Not a wall, for Python can find its way to the interpreter's own objects: one way less.
  pyodide.runPython(`import sys; sys.modules.pop('pyodide_js', None)`);
  pyodide.unregisterJsModule('pyodide_js');
  return execute;
}

/** @param {(source: string, name: string) => string | undefined} execute */
function runProgram(execute, /** @type {{ source: string, moduleName: string }} */ { source, moduleName }) {
  let error;
  try {
    error = execute(source, moduleName);
  } catch (cause) {
    // What Python itself did not survive: `os._exit`, the end of JavaScript's stack.
    error =
      String(/** @type {Error} */ (cause).message)
        .trimEnd()
        .split('\n')
        .at(-1) ?? '';
  }
  if (error === undefined) return { outcome: 'completed', output, droppedOutput };
  // A program can change the function that tells its end, and the texts that it is made of.
  if (typeof error !== 'string') error = 'an exception whose message is no text';
  return { outcome: 'raised', error: error.slice(0, errorLimit), output, droppedOutput };
}

try {
  const pyodide = await startInterpreter();
  if (makeSnapshot) {
    // What programs import most is imported once.
    pyodide.runPython(
      'import collections, copy, functools, hashlib, heapq, itertools, math, random, re, string, typing',
    );
    port.postMessage({ snapshot: pyodide.makeMemorySnapshot() });
  } else {
    const execute = closeOff(pyodide);
    port.once('message', (program) => port.postMessage(runProgram(execute, program)));
    port.postMessage({});
  }
} catch (error) {
  port.postMessage({ problem: String(/** @type {Error} */ (error).stack ?? error) });
}
