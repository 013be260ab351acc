import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A path that does not exist yet, in a directory that is removed after the test. */
export function temporaryPath(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'profit-durable-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, name);
}
