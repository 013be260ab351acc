import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { talkTo, type SandboxProcess } from './sandbox-process.js';

/** A process of this program, in place of one with an interpreter. */
function speaking(program: string): SandboxProcess {
  const speaker = talkTo(spawn(process.execPath, ['-e', program], { stdio: 'pipe' }));
  onTestFinished(() => speaker.kill());
  return speaker;
}
const request = { id: 1, source: '', moduleName: 'm', timeoutSeconds: 1 };
const started = `console.log('{"started":true}');`;
const onRequest = (does: string): string => `${started} process.stdin.on('data', (line) => { ${does} });`;

test('a request is a line, and so is its answer', async () => {
  const answer = `const { id } = JSON.parse(line); console.log(JSON.stringify({ id, result: { outcome: 'completed', output: '', droppedOutput: 0, seconds: 0 } }))`;
  const speaker = speaking(onRequest(answer));
  expect(await speaker.ask()).toEqual({ started: true });
  expect(await speaker.ask(request)).toMatchObject({ id: 1, result: { outcome: 'completed' } });
});

test.each([
  ['says what is no message', `console.log('no')`, /^it wrote what is no message: .*not valid JSON/],
  [
    'says something without end',
    `setInterval(() => process.stdout.write('x'.repeat(100000)), 1)`,
    /more than 524288 bytes/,
  ],
  ['says nothing whole', `process.stdout.write('{"id":1', () => process.exit(3))`, /^its process ended with code 3\.$/],
  ['dies', `console.error('last words'); process.kill(process.pid, 'SIGKILL')`, /^its process ended with SIGKILL\./],
])('one that %s is ended, and says no more', async (_, does, why) => {
  const speaker = speaking(onRequest(does));
  await speaker.ask();
  await expect(speaker.ask(request)).rejects.toThrow(why);
  expect(speaker.ended).toBe(true);
  await expect(speaker.ask(request)).rejects.toThrow(why);
});

test('one that speaks without being asked is ended', async () => {
  const speaker = speaking(`process.stdout.write('{"started":true}\\n{"started":true}\\n')`);
  await speaker.ask();
  await expect(speaker.ask(request)).rejects.toThrow('it wrote a message that nobody asked for');
});

test('one that does not start says why', async () => {
  const speaker = talkTo(spawn('/nowhere/node', [], { stdio: 'pipe' }));
  await expect(speaker.ask()).rejects.toThrow('ENOENT');
});
