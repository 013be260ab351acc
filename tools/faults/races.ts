import type { FaultResult } from './fault-result.js';
import type { Trial } from './trial.js';

/** Several starts of the command at once in one directory: exactly one works in it, and the others say who does. */
export async function startAtOnce(trial: Trial, rounds: number, starts = 3): Promise<FaultResult> {
  const failures: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const output = trial.output();
    const endings = await Promise.all(Array.from({ length: starts }, () => trial.start(output)));
    const trained = endings.filter(({ code }) => code === 0);
    const refused = endings.filter(
      ({ code, error }) =>
        code === 6 && /is in use by process \d+ on \S+\. Wait until it has ended, or end it/.test(error),
    );
    // One that comes when another has finished finds its result, and changes nothing.
    if (trained.length < 1 || trained.length + refused.length !== starts) {
      failures.push(`round ${round}: ${endings.map(({ code, error }) => `${code} ${error.slice(-300)}`).join(' | ')}`);
    } else {
      const wrong = trained.map((ended) => trial.wrongOutcome(output, ended)).find((one) => one !== undefined);
      if (wrong !== undefined) failures.push(`round ${round}: ${wrong}`);
    }
  }
  return {
    kind: `${starts} starts at once in one directory`,
    what: trial.scenario.title,
    injected: rounds,
    failures,
  };
}

/** The one that works in a directory is killed while it saves, and several want to go on with it at once. */
export async function takeOverAtOnce(
  trial: Trial,
  rounds: number,
  random: () => number,
  starts = 3,
): Promise<FaultResult> {
  const failures: string[] = [];
  const operations = trial.counts.get('command')?.operations.length ?? 0;
  for (let round = 0; round < rounds; round++) {
    const output = trial.output();
    const at = 1 + Math.floor(random() * operations);
    const killed = await trial.disturb(output, { kind: 'kill', role: 'command', at });
    if (killed.signal !== 'SIGKILL') failures.push(`round ${round}: was not killed`);
    const endings = await Promise.all(Array.from({ length: starts }, () => trial.start(output)));
    const wrong = endings.every(({ code }) => code === 0 || code === 6)
      ? await trial.recover(output)
      : endings.map(({ code, error }) => `${code} ${error.slice(-300)}`).join(' | ');
    if (wrong !== undefined) failures.push(`round ${round}, killed at ${at}: ${wrong}`);
  }
  return {
    kind: `killed, then ${starts} starts at once`,
    what: trial.scenario.title,
    injected: rounds,
    failures,
  };
}
