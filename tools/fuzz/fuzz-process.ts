/** Fuzzes the parsers that its parent names, one after the other, and tells how far it is: a process that hangs or dies is the parent's to see. */
import { fuzzTarget, type FuzzResult } from './fuzz-target-run.js';
import { fuzzTargets } from './targets.js';

export type FuzzOrder = { readonly target: string; readonly seed: number; readonly inputs: number };
export type FuzzReport =
  | { readonly kind: 'ready' }
  /** Before the input of that number, from 0. */
  | { readonly kind: 'input'; readonly done: number }
  | { readonly kind: 'result'; readonly result: FuzzResult; readonly memory: number };

const send = (report: FuzzReport): void => void process.send?.(report);

process.on('message', ({ target, seed, inputs }: FuzzOrder) => {
  const found = fuzzTargets.find(({ name }) => name === target);
  if (found === undefined) throw new Error(`no parser ${target}`);
  let told = 0;
  const onInput = (done: number): void => {
    if (performance.now() - told < 200) return;
    told = performance.now();
    send({ kind: 'input', done });
  };
  void fuzzTarget(found, { seed, inputs: inputs * (found.times ?? 1), onInput }).then((result) =>
    send({ kind: 'result', result, memory: process.resourceUsage().maxRSS / 1024 }),
  );
});
send({ kind: 'ready' });
