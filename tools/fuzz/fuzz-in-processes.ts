import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FuzzReport } from './fuzz-process.js';
import type { FuzzResult } from './fuzz-target-run.js';

/** A result, and the most memory that its process had had by then. */
export interface MeasuredResult extends FuzzResult {
  /** MiB. */
  readonly memory: number;
}

/** Wall time without a word after which a parser counts as hanging, in seconds: far above what one input may take, as the machine may be busy. */
const silence = 300;
/** Most JavaScript heap of a process, in MiB: one that fills it dies, which is a finding. */
const heap = 1024;
const script = fileURLToPath(new URL('fuzz-process.ts', import.meta.url));

/**
 * Fuzzes parsers in several processes, so that one that hangs, dies or fills its memory is reported like any other finding.
 *
 * @param show is given a line of progress; `final` for one that stays
 * @returns results in the order of the names
 */
export async function fuzzInProcesses(
  names: readonly string[],
  { inputs, seed, processes }: { readonly inputs: number; readonly seed: number; readonly processes: number },
  show: (line: string, final: boolean) => void,
): Promise<MeasuredResult[]> {
  const results = new Map<string, MeasuredResult>();
  const queue = [...names];
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      child ??= fork(script, { execArgv: [...process.execArgv, `--max-old-space-size=${heap}`] });
      const result = await fuzzIn(child, name, { inputs, seed }, (done) =>
        show(`${results.size} of ${names.length} parsers, ${name}: ${done} of ${inputs}`, false),
      );
      results.set(name, result);
      const verdict = result.failure === undefined ? `${result.accepted} parsed, ${result.refused} refused` : 'FAILED';
      show(`${name}: ${result.inputs} inputs, ${verdict}, slowest ${Math.round(result.slowest)} ms`, true);
      // After a failure the process may be in any state.
      if (result.failure !== undefined) {
        child.kill('SIGKILL');
        child = undefined;
      }
    }
    child?.kill();
  };
  await Promise.all(Array.from({ length: Math.min(processes, names.length) }, work));
  return names.map((name) => results.get(name) as MeasuredResult);
}

function fuzzIn(
  child: ChildProcess,
  target: string,
  { inputs, seed }: { readonly inputs: number; readonly seed: number },
  onInput: (done: number) => void,
): Promise<MeasuredResult> {
  return new Promise((resolve) => {
    let done = 0;
    const finish = (result: MeasuredResult): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(result);
    };
    const failed = (problem: string): void =>
      finish({
        ...{ name: target, inputs: done, accepted: 0, refused: 0, slowest: 0, memory: 0 },
        failure: `${problem} at about input ${done}; repeat: npm run fuzz -- --target ${target} --seed ${seed} --inputs ${inputs}`,
      });
    const hangs = (): void => {
      child.kill('SIGKILL');
      failed(`no answer for ${silence} s`);
    };
    let timer = setTimeout(hangs, silence * 1000);
    child.on('message', (report: FuzzReport) => {
      clearTimeout(timer);
      timer = setTimeout(hangs, silence * 1000);
      if (report.kind === 'input') onInput((done = report.done));
      else if (report.kind === 'result') finish({ ...report.result, memory: report.memory });
      else child.send({ target, seed, inputs });
    });
    child.on('exit', (code, signal) => failed(`the process ended with ${signal ?? code}`));
    // One that is there already does not say "ready" again.
    if (child.connected && started.has(child)) child.send({ target, seed, inputs });
    started.add(child);
  });
}

/** Processes that have said that they are ready. */
const started = new WeakSet<ChildProcess>();
