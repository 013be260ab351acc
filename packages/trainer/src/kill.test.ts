import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@profit-sft/core';
import { expect, it } from 'vitest';
import { comparableEvents, directoryContent } from './testing-model/directory-content.js';
import { killedRunConfig, ruleWithState, smallRun } from './testing-model/small-run.js';
import { temporaryPath } from './testing-model/temporary-directory.js';
import { train } from './train.js';

const script = fileURLToPath(new URL('testing-model/killed-run.ts', import.meta.url));
const packageDirectory = fileURLToPath(new URL('..', import.meta.url));

interface Ending {
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Starts the run in a process that kills itself at its n-th change to the file system. */
function runKilledAt(directory: string, change: number): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const conditions = ['--import', 'tsx', '--conditions=@profit-sft/source'];
    const child = spawn(process.execPath, [...conditions, script, directory, String(change)], {
      cwd: packageDirectory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.on('error', reject);
    child.on('close', (_, signal) => resolve({ signal, output }));
  });
}

const run = (directory: string) =>
  train(smallRun(directory, killedRunConfig, { masking: ruleWithState(), resume: true }));

it('killed with SIGKILL at any change of the file system and resumed, ends with the bytes of an unbroken run', async () => {
  const whole = temporaryPath();
  const ending = await runKilledAt(whole, 0);
  expect(ending.signal).toBeNull();
  const changes = Number(ending.output);
  expect(changes).toBeGreaterThan(60);
  const expected = { model: directoryContent(join(whole, 'model')), events: comparableEvents(whole) };

  // Spread over the run, from its first change to its last but one, and drawn within each stretch.
  const random = createRandom(11, 'kills');
  const points = 10;
  const killPoints = Array.from(
    { length: points },
    (_, index) => 1 + Math.floor(((index + random.next()) / points) * changes),
  );
  const cases = killPoints.map((change, index) => ({
    change,
    directory: temporaryPath(),
    again: index % 3 === 0 ? 12 + random.integer(20) : undefined,
  }));

  const kill = async ({ change, directory, again }: (typeof cases)[number]): Promise<void> => {
    const first = await runKilledAt(directory, change);
    expect(first.signal, `change ${change} of ${changes}: ${first.output}`).toBe('SIGKILL');
    // Resumed, and killed again soon after; near its end the run may get through.
    if (again !== undefined) await runKilledAt(directory, again);
    await run(directory);
    expect(directoryContent(join(directory, 'model')), `change ${change}`).toEqual(expected.model);
    expect(comparableEvents(directory), `change ${change}`).toEqual(expected.events);
    const left = Object.keys(directoryContent(directory)).filter((path) => path.includes('.partial-'));
    expect(left, `change ${change}`).toEqual([]);
  };
  const lane = async (): Promise<void> => {
    for (let next = cases.shift(); next !== undefined; next = cases.shift()) await kill(next);
  };
  await Promise.all([lane(), lane()]);
}, 180_000);
