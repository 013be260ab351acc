import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RunEvent } from '@profit-sft/core';

/** Every file under a directory with its bytes in hexadecimal. */
export function directoryContent(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(directory, path), readFileSync(path).toString('hex')]),
  );
}

export function readEvents(directory: string): RunEvent[] {
  return readFileSync(join(directory, 'events.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
}

/** The log without what may differ between a broken and an unbroken run: durations and resumptions. */
export function comparableEvents(directory: string): unknown[] {
  return readEvents(directory)
    .filter((event) => event.type !== 'resume')
    .map((event) => (event.type === 'step' ? { ...event, seconds: 0 } : event))
    .map((event) => (event.type === 'checkpoint' ? { ...event, directory: event.directory.slice(-13) } : event));
}
