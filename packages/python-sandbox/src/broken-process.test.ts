/** A sandbox whose process is a program of this file instead of one with an interpreter. */
import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { sandboxOn, type PythonSandbox } from './python-sandbox.js';
import { talkTo } from './sandbox-process.js';

const started = `console.log('{"started":true}');`;
const result = `{ outcome: 'completed', output: String(process.pid), droppedOutput: 0, seconds: 0 }`;
const answer = `console.log(JSON.stringify({ id: JSON.parse(line).id, result: ${result} }));`;

function sandboxOf(...programs: string[]): PythonSandbox {
  const queue = [...programs];
  const sandbox = sandboxOn(() => talkTo(spawn(process.execPath, ['-e', queue.shift() ?? ''], { stdio: 'pipe' })));
  onTestFinished(() => sandbox.close());
  return sandbox;
}
const onRequest = (does: string): string => `${started} process.stdin.on('data', (line) => { ${does} });`;
const run = (sandbox: PythonSandbox) => sandbox.run({ source: '', timeoutSeconds: 5 });

test('a process that ends between two programs is replaced, and the second is not blamed', async () => {
  const sandbox = sandboxOf(onRequest(`${answer} setTimeout(() => process.exit(1), 20);`), onRequest(answer));
  const first = await run(sandbox);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const second = await run(sandbox);
  expect(second.outcome).toBe('completed');
  expect(second.output).not.toBe(first.output);
});

test.each([
  ['no message', `console.log('null')`, /^the sandbox: it wrote what is no message: expected object/],
  [
    'the result of another program',
    answer.replace('JSON.parse(line).id', '7'),
    /^the sandbox: it answers what it was not asked$/,
  ],
  ['its end', `process.exit(4)`, /^the sandbox: its process ended with code 4\.$/],
])('%s instead of a result is a program that crashed; the next one runs', async (_, does, error) => {
  const sandbox = sandboxOf(onRequest(does), onRequest(answer));
  const first = await run(sandbox);
  expect(first).toMatchObject({ outcome: 'crashed', output: '', droppedOutput: 0, seconds: 0 });
  expect(first.error).toMatch(error);
  expect((await run(sandbox)).outcome).toBe('completed');
});

test.each([
  ['ends', `console.error('no memory'); process.exit(5)`, /does not start: its process ended with code 5\. no memory/],
  ['says something else', `console.log('{}')`, /does not start: it wrote what is no message/],
  [
    'has a result already',
    `console.log(JSON.stringify({ id: 1, result: ${result} }))`,
    /before it was asked to run one/,
  ],
])('a process that %s cannot be started; the next program tries again', async (_, program, error) => {
  const sandbox = sandboxOf(program, onRequest(answer));
  await expect(run(sandbox)).rejects.toThrow(error);
  expect((await run(sandbox)).outcome).toBe('completed');
});
