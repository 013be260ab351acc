import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProfitError } from '@profit-sft/core';
import fc from 'fast-check';
import { longestParse, type FuzzTarget } from './fuzz-target.js';

export interface FuzzOptions {
  readonly seed: number;
  /** How many inputs are made. */
  readonly inputs: number;
  /** Most processor time of one input, in milliseconds; default {@link longestParse}. */
  readonly longest?: number;
  /** Called before each input. */
  onInput?(done: number): void;
}

export interface FuzzResult {
  readonly name: string;
  readonly inputs: number;
  /** Inputs that were parsed, and those that a `ProfitError` refused. */
  readonly accepted: number;
  readonly refused: number;
  /** Most processor time of one input, in milliseconds. */
  readonly slowest: number;
  /** What went wrong, with the smallest input that fast-check found for it and how to repeat it. */
  readonly failure: string | undefined;
}

/** Where files are in memory, if there is such a place: inputs are written by the thousand. */
const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype] as object[];
const namesOf = (): string => prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join('\n');

function shown(input: Uint8Array): string {
  const text = JSON.stringify(new TextDecoder('latin1').decode(input.subarray(0, 400)));
  return input.length > 400 ? `${text} … of ${input.length} bytes` : text;
}

/**
 * Feeds a parser with inputs of a seed and holds it to its contract: a value or a `ProfitError` with a message, within
 * `longest`, and prototypes as they were. Stops at the first input that breaks it.
 */
export async function fuzzTarget(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const { seed, inputs, longest = longestParse, onInput } = options;
  const folder = mkdtempSync(join(memoryFolder, 'profit-fuzz-'));
  const names = namesOf();
  let [accepted, refused, slowest] = [0, 0, 0];
  const holds = async (input: Uint8Array): Promise<void> => {
    onInput?.(accepted + refused);
    const before = process.cpuUsage();
    try {
      await target.parse(input, folder);
      accepted++;
    } catch (error) {
      if (!ProfitError.isInstance(error)) throw error;
      if (error.message.trim() === '') throw new Error('an error without a message', { cause: error });
      refused++;
    }
    const { user, system } = process.cpuUsage(before);
    const took = (user + system) / 1000;
    slowest = Math.max(slowest, took);
    if (took > longest) throw new Error(`took ${Math.round(took)} ms of processor time`);
    if (namesOf() !== names) throw new Error('changed a prototype that all objects share');
  };
  try {
    const details = await fc.check(fc.asyncProperty(target.inputs, holds), {
      seed,
      numRuns: inputs,
      interruptAfterTimeLimit: undefined,
    });
    const { counterexample, errorInstance, counterexamplePath } = details;
    const failure = !details.failed
      ? undefined
      : `${String((errorInstance as Error | undefined)?.stack ?? errorInstance)}\n` +
        `input: ${counterexample === null ? 'unknown' : shown(counterexample[0])}\n` +
        `repeat: npm run fuzz -- --target ${target.name} --seed ${seed} (path ${counterexamplePath})`;
    return { name: target.name, inputs: accepted + refused, accepted, refused, slowest, failure };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
