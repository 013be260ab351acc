import type { MemoryPlan } from '@profit-sft/core';

/** Bytes as people read them: `513 MiB`, `2.41 GiB`. */
export function shownBytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.ceil(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(2)} GiB`;
}

/** What training will take, largest part first. */
export function memoryLine({ total, parts, notes }: MemoryPlan): string {
  const list = [...parts]
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ name, bytes }) => `${name} ${shownBytes(bytes)}`)
    .join(', ');
  return [`memory: ${shownBytes(total)} = ${list}`, ...notes.map((note) => `        ${note}`)].join('\n');
}
