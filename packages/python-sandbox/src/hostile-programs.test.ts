/** Programs that try to get out, to learn something of this machine, or to take all of it.  */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openPythonSandbox, type PythonResult } from './index.js';

// On a machine that is busy with other tests the sandbox takes long to start.
vi.setConfig({ testTimeout: 180_000 });

const folder = mkdtempSync(join(tmpdir(), 'profit-hostile-'));
const secret = 'secret-of-this-machine';
let server: Server;
let port: number;
let connections = 0;

process.env.PROFIT_HOSTILE_TEST_SECRET = secret;
const sandbox = openPythonSandbox({ memoryLimit: 256 });

beforeAll(async () => {
  writeFileSync(join(folder, 'secret.txt'), secret);
  server = createServer((_, response) => response.end(secret)).on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  await sandbox.close();
  server.close();
  rmSync(folder, { recursive: true });
  delete process.env.PROFIT_HOSTILE_TEST_SECRET;
});

function expectContained(result: PythonResult): void {
  expect(JSON.stringify(result)).not.toContain(secret);
  expect(connections).toBe(0);
  expect(readdirSync(folder)).toEqual(['secret.txt']);
}

async function expectGoesOn(): Promise<void> {
  expect(await sandbox.run({ source: 'print(1 + 1)', timeoutSeconds: 20 })).toMatchObject({ output: '2\n' });
}

const run = (source: string, timeoutSeconds = 20) =>
  sandbox.run({
    source: source.replaceAll('FOLDER', folder).replaceAll('PORT', String(port)),
    timeoutSeconds,
  });

describe('files, environment and processes of this machine', () => {
  test.each([
    [`open('/etc/passwd').read()`, /FileNotFoundError/],
    [`open('FOLDER/secret.txt').read()`, /FileNotFoundError/],
    [`import os; os.listdir('FOLDER')`, /FileNotFoundError/],
    [`import os; os.listdir('/work')`, /FileNotFoundError/],
    [`open('FOLDER/new', 'w')`, /FileNotFoundError/],
    [`import os; open('/proc/self/environ').read()`, /FileNotFoundError/],
    [`import os; os.environ['PROFIT_HOSTILE_TEST_SECRET']`, /KeyError/],
    [`import subprocess; subprocess.run(['touch', 'FOLDER/new'])`, /OSError: \[Errno 138\]/],
    [`import os; os.popen('touch FOLDER/new')`, /OSError: \[Errno 138\]/],
    [`import os; os.fork()`, /OSError: \[Errno 52\]/],
    [`import os; os.execv('/bin/sh', ['sh', '-c', 'touch FOLDER/new'])`, /OSError/],
    [`import os; os.kill(os.getppid(), 9)`, /./],
    [`import multiprocessing; multiprocessing.Process(target=print).start()`, /Error/],
    [`import threading; threading.Thread(target=print).start()`, /RuntimeError: can't start new thread/],
  ])('%s', async (source, error) => {
    const result = await run(source);
    expect(result).toMatchObject({ outcome: 'raised' });
    expect(result.error).toMatch(error);
    expectContained(result);
  });

  test('os.system, which Pyodide hands to a shell where it finds Node', async () => {
    const result = await run(`import os; print(os.system('touch FOLDER/new'), os.system('cat FOLDER/secret.txt'))`);
    expect(result).toMatchObject({ outcome: 'completed', output: '-1 -1\n' });
    expectContained(result);
  });

  test('the file system is one in memory, with Python alone in it', async () => {
    const result = await run(
      `import os; print(sorted(os.listdir('/')), sum(len(files) for _, _, files in os.walk('/')))`,
    );
    expect(result.output).toBe(`['dev', 'home', 'lib', 'proc', 'tmp'] 13\n`);
  });
});

describe('the network', () => {
  test.each([
    [`import socket; socket.create_connection(('127.0.0.1', PORT), timeout=2)`, /OSError/],
    [`import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()`, /OSError/],
    [`import urllib.request; urllib.request.urlopen('http://127.0.0.1:PORT/', timeout=2)`, /URLError/],
    [`import http.client; http.client.HTTPConnection('127.0.0.1', PORT, timeout=2).request('GET', '/')`, /OSError/],
    [`from pyodide.http import open_url; open_url('http://127.0.0.1:PORT/')`, /NameError/],
    [
      `from pyodide.http import pyfetch; from pyodide.ffi import run_sync; run_sync(pyfetch('http://127.0.0.1:PORT/'))`,
      /Error/,
    ],
    [`import js; js.fetch('http://127.0.0.1:PORT/')`, /AttributeError: fetch/],
    [`import js; js.WebSocket.new('ws://127.0.0.1:PORT/')`, /AttributeError: WebSocket/],
    [`import micropip`, /ModuleNotFoundError/],
  ])('%s', async (source, error) => {
    const result = await run(source);
    expect(result).toMatchObject({ outcome: 'raised' });
    expect(result.error).toMatch(error);
    expectContained(result);
  });
});

describe('the JavaScript around Python', () => {
  test.each([
    [`import js; js.process`, /AttributeError: process/],
    [`import js; js.require`, /AttributeError: require/],
    [`import js; js.globalThis`, /AttributeError: globalThis/],
    [`import js; js.constructor`, /AttributeError: constructor/],
    [`import pyodide_js`, /ModuleNotFoundError/],
    [`from pyodide.code import run_js; run_js('process')`, /ImportError/],
    [
      `from pyodide.ffi import to_js; to_js([1]).constructor.constructor('return this')()`,
      /Code generation from strings disallowed/,
    ],
    [
      `from pyodide.ffi import to_js; to_js([1]).map.constructor('return process')()`,
      /Code generation from strings disallowed/,
    ],
    [
      `import ctypes; ctypes.CDLL(None).emscripten_run_script(b'globalThis.process.exit()')`,
      /Code generation from strings disallowed/,
    ],
  ])('%s', async (source, error) => {
    const result = await run(source);
    expect(result).toMatchObject({ outcome: 'raised' });
    expect(result.error).toMatch(error);
    expectContained(result);
  });

  test("the library's own system()", async () => {
    const result = await run(`import ctypes; print(ctypes.CDLL(None).system(b'touch FOLDER/new'))`);
    expect(result).toMatchObject({ outcome: 'completed', output: '-1\n' });
    expectContained(result);
  });

  test('objects on the stack of an error, and the code that they could make', async () => {
    const result = await run(`
from pyodide.ffi import create_proxy, to_js, JsException
reached = []
def frames_of(error, frames):
    for frame in frames:
        reached.extend(value for value in (frame.getThis(), frame.getFunction()) if hasattr(value, 'constructor'))
    return ''
array = to_js([1])
try:
    array.at.call(None)
except JsException as error:
    error.__proto__.__proto__.constructor.prepareStackTrace = create_proxy(frames_of)
try:
    array.at.call(None)
except JsException as error:
    error.stack
print(len(reached) > 0, {str(value) for value in reached})
for value in list(reached):
    try:
        print('ESCAPED', value.constructor.constructor('return process')())
    except JsException as error:
        print('refused')
`);
    expect(result.outcome).toBe('completed');
    expect(result.output).toMatch(/^True \{'\[object WebAssembly.Instance\]'\}/);
    expect(result.output).not.toContain('ESCAPED');
    expectContained(result);
  });
});

describe('what is told of a program', () => {
  test.each([
    [
      'a text class of its own for the message',
      `
from pyodide.ffi import to_js
class Part:
    def __init__(self, added): self.added = added
    def __radd__(self, other): return self.added
class Text(str):
    def strip(self): return self
    def split(self, *_): return [Part(Part(to_js(['x' * 1000000, 5])))]
class Hostile(Exception):
    def __str__(self): return Text('x')
raise Hostile()`,
    ],
    [
      'the function that tells of its end, changed',
      `
import sys
from pyodide.ffi import to_js
class Name:
    def __add__(self, other): return to_js([1])
class Type: pass
changed = Type()
changed.__name__ = Name()
sys._getframe(1).f_globals['type'] = lambda error: changed
1 / 0`,
    ],
  ])('%s', async (_, source) => {
    const result = await run(source);
    expect(result).toMatchObject({ outcome: 'raised', error: 'an exception whose message is no text', output: '' });
    await expectGoesOn();
  });
});

describe('time and memory', () => {
  test.each([
    ['while True: pass', 'timeout'],
    ['import time; time.sleep(1000)', 'timeout'],
    ['print(len(str(7 ** (7 ** 9))))', 'timeout'],
    [`import re; re.match('(a+)+$', 'a' * 40 + 'b')`, 'timeout'],
    ['while True: print("x" * 100000)', 'timeout'],
    ['while True:\n  try:\n    while True: pass\n  except BaseException: pass', 'timeout'],
  ])('%s', async (source, outcome) => {
    const result = await run(source, 1);
    expect(result).toMatchObject({ outcome, error: 'stopped after 1 s' });
    expect(result.seconds).toBeLessThan(30);
    expectContained(result);
    await expectGoesOn();
  });

  test.each([
    ['a = []\nwhile True: a.append(bytearray(1 << 24))', 'raised', /^MemoryError/],
    ['a = "x"\nwhile True: a += a', 'raised', /^MemoryError/],
    ['f = open("/home/x", "wb")\nwhile True: f.write(b"x" * (1 << 20))', 'memory', /MiB/],
    ['def f(): f()\nf()', 'raised', /^RecursionError/],
    ['import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): f()\nf()', 'raised', /Maximum call stack size exceeded/],
    ['eval("(" * 100000 + ")" * 100000)', 'raised', /./],
    ['import os; os._exit(0)', 'raised', /Program terminated with exit\(0\)/],
    ['import os; os.abort()', 'raised', /./],
    ['import ctypes; ctypes.string_at(-1)', 'raised', /./],
  ])('%s', async (source, outcome, error) => {
    const result = await run(source, 30);
    expect(result).toMatchObject({ outcome });
    expect(result.error).toMatch(error);
    expectContained(result);
    await expectGoesOn();
  });

  test('a flood of output is cut, and counted', async () => {
    const result = await run('for _ in range(1000): print("x" * 9999)');
    expect(result).toMatchObject({ outcome: 'completed', droppedOutput: 10_000_000 - 65_536 });
    expect(result.output).toHaveLength(65_536);
    expectContained(result);
    await expectGoesOn();
  });
});
