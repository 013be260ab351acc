import { rmSync } from 'node:fs';
import type { Role } from './fault.js';
import { inLanes, spreadPoints, type FaultResult } from './fault-result.js';
import type { Trial } from './trial.js';

/** Most operations are writes of one tensor after another: half of the points are at the others, where names change and files reach the disk. */
export function killPoints(operations: readonly string[], count: number, random: () => number): number[] {
  const [writes, others] = [true, false].map((isWrite) =>
    operations.flatMap((operation, index) => (operation.startsWith('write ') === isWrite ? [index + 1] : [])),
  );
  const ofOthers = spreadPoints(others.length, Math.ceil(count / 2), random).map((point) => others[point - 1]);
  const ofWrites = spreadPoints(writes.length, count - ofOthers.length, random).map((point) => writes[point - 1]);
  return [...ofOthers, ...ofWrites].sort((a, b) => a - b);
}

/** How often each directory's work is killed before it may come to its end. */
const killsInARow = 3;
/** Operations after a start among which the next kill is: about as many as a checkpoint takes. */
const soon = 60;

/**
 * Kills the processes of a scenario with SIGKILL at operations that change files, `count` times: each piece of work at one of the points that are spread
 * over it, and twice more soon after it was started again. Then it is started once more, and looked at.
 */
export async function killWhileSaving(
  trial: Trial,
  role: Role,
  count: number,
  random: () => number,
): Promise<FaultResult> {
  const operations = trial.counts.get(role)?.operations ?? [];
  const cases = killPoints(operations, Math.ceil(count / killsInARow), random).map((first) => [
    first,
    ...Array.from({ length: killsInARow - 1 }, () => 1 + Math.floor(random() * soon)),
  ]);
  const failures: string[] = [];
  let injected = 0;
  await inLanes(cases, async (points) => {
    const output = trial.output();
    let before = trial.finishedBy(output);
    const where = `${role} at ${points.join(', ')} (${operations[points[0] - 1]})`;
    for (const [index, at] of points.entries()) {
      const ended = await trial.disturb(output, { kind: 'kill', role, at });
      // A command whose other process is killed says so, or starts it again; near its end there is nothing left to kill.
      const wasKilled = role === 'command' ? ended.signal === 'SIGKILL' : index === 0 || ended.code !== 0;
      if (wasKilled) injected++;
      else if (index === 0) failures.push(`${where}: was not killed, but ended with ${ended.code}: ${ended.error}`);
      else break;
      const lost = trial.lost(output, before);
      if (lost !== undefined) failures.push(`${where}: ${lost}`);
      before = trial.finishedBy(output);
    }
    const wrong = await trial.recover(output);
    if (wrong !== undefined) failures.push(`${where}: ${wrong}`);
    rmSync(output, { recursive: true, force: true });
  });
  const who = { command: '', engine: ', the model’s process', job: ', a run’s process' }[role];
  return { kind: 'SIGKILL while files change', what: `${trial.scenario.title}${who}`, injected, failures };
}
