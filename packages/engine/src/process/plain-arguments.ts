import type { GenerateOptions, PassOptions, TokenBatch } from '@profit-sft/core';
import type { GenerateSettings, PassSettings } from './protocol.js';

/** A batch without whatever else its object carries. */
export function plainBatch({ rows, columns, tokens, segments, positions, scored }: TokenBatch): TokenBatch {
  const { length, source, target, sequence, position } = scored;
  return { rows, columns, tokens, segments, positions, scored: { length, source, target, sequence, position } };
}

export function passSettings({ topK, distribution, reference }: PassOptions): PassSettings {
  return {
    hasReference: reference !== undefined,
    ...(topK === undefined ? {} : { topK }),
    // A rule's whole term may be given here, functions and all.
    ...(distribution === undefined
      ? {}
      : { distribution: { towards: distribution.towards, temperature: distribution.temperature } }),
  };
}

/** Functions stay on this side; a parent that is given them calls them itself. */
export function generateSettings({
  onProgress,
  until: _until,
  onFinished: _onFinished,
  ...options
}: GenerateOptions): GenerateSettings {
  return { ...options, reports: onProgress !== undefined };
}

/** An array with memory of its own: one that was received views the message that it came in. */
export function ownArray<T extends Float32Array | Int32Array>(array: T): T {
  return array.slice() as T;
}
