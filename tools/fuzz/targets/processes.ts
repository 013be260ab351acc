import { HostMessages, type HostMessage } from '../../../packages/python-sandbox/src/host-messages.js';
import { pythonOutcomes } from '../../../packages/python-sandbox/src/python-program.js';
import { jsonLinesInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';

const result = { outcome: 'raised', error: 'ValueError: é', output: '1\n', droppedOutput: 0, seconds: 0.25 };

function readAll(pieces: readonly Uint8Array[]): HostMessage[] {
  const messages = new HostMessages();
  return pieces.flatMap((piece) => messages.read(piece));
}

/** What a pipe may make of some bytes: all at once, and in two parts. */
const cuts = (input: Uint8Array): Uint8Array[][] =>
  [0, 1, 0.3, 0.7]
    .map((part) => Math.floor(part * input.length))
    .map((at) => [input.subarray(0, at), input.subarray(at)]);
