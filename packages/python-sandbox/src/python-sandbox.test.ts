import { afterAll, describe, expect, test, vi } from 'vitest';
import { openPythonSandbox } from './index.js';

vi.setConfig({ testTimeout: 180_000 });

const sandbox = openPythonSandbox({ memoryLimit: 256 });
afterAll(() => sandbox.close());

const run = (source: string, timeoutSeconds = 20) => sandbox.run({ source, timeoutSeconds });

describe('what a program does is in the result', () => {
  test('output in order, and a full standard library', async () => {
    const result = await run(
      'import sys, json, decimal, dataclasses\nprint(json.dumps([1, 2]))\nprint("é", file=sys.stderr)\nprint(decimal.Decimal("0.1") * 3)',
    );
    expect(result).toMatchObject({ outcome: 'completed', output: '[1, 2]\né\n0.3\n', droppedOutput: 0 });
    expect(result).not.toHaveProperty('error');
  });

  test.each([
    ['1 / 0', 'ZeroDivisionError: division by zero'],
    ['def f(:', 'SyntaxError: invalid syntax (<program>, line 1)'],
    ['assert 1 == 2, "one\\nis not two"', 'AssertionError: one'],
    ['assert 1 == 2', 'AssertionError'],
    ['raise ValueError("x" * 10000)', `ValueError: ${'x'.repeat(488)}`],
    ['import sys\nsys.exit(0)', 'SystemExit: 0'],
    ['import numpy', "ModuleNotFoundError: No module named 'numpy'"],
    ['input()', 'OSError: [Errno 29] I/O error'],
  ])('%s', async (source, error) => {
    expect(await run(source)).toMatchObject({ outcome: 'raised', error });
  });

  test('its module name', async () => {
    const source = 'print(__name__)';
    expect((await run(source)).output).toBe('__main__\n');
    expect((await sandbox.run({ source, moduleName: 'builtins', timeoutSeconds: 20 })).output).toBe('builtins\n');
  });
});

test('a program finds nothing of those before it, on either side of the language', async () => {
  const leave = `
import builtins, sys, math
from pyodide.ffi import to_js
builtins.left = math.left = 1
open('/home/left', 'w').write('x')
to_js([]).constructor.prototype.left = 1
sys.modules['left'] = sys
`;
  expect(await run(leave)).toMatchObject({ outcome: 'completed' });
  const look = `
import builtins, sys, math, os
from pyodide.ffi import to_js
print(hasattr(builtins, 'left'), hasattr(math, 'left'), os.path.exists('/home/left'), hasattr(to_js([]), 'left'), 'left' in sys.modules)
`;
  expect((await run(look)).output).toBe('False False False False False\n');
});

test('random numbers are the same each time', async () => {
  const source =
    'import os, random\nprint(random.random(), os.urandom(4), hash("text"), random.SystemRandom().random())';
  const { output, outcome } = await run(source);
  expect(outcome).toBe('completed');
  expect((await run(source)).output).toBe(output);
});

test('programs that are asked for at once run one after the other', async () => {
  const results = await Promise.all([1, 2, 3].map((number) => run(`print(${number})`)));
  expect(results.map(({ output }) => output)).toEqual(['1\n', '2\n', '3\n']);
});

test('a sandbox that was closed starts again', async () => {
  await sandbox.close();
  expect((await run('print(1)')).output).toBe('1\n');
});

test('memory limits that make no sense are refused', () => {
  expect(() => openPythonSandbox({ memoryLimit: 1 })).toThrow(/memoryLimit must be an integer from 64 to 4096/);
});
