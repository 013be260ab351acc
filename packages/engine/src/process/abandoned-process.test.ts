import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

test('a process whose parent was killed begins no call that still waited, since another may work in the directory by now', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'profit-engine-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const script = fileURLToPath(new URL('../testing-process/killed-parent.ts', import.meta.url));
  const args = ['--conditions=@profit-sft/source', '--import', 'tsx/esm', script, directory];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { signal, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 30_000 });
  expect([signal, stderr]).toEqual(['SIGKILL', '']);
  const id = Number(stdout);
  expect(isAlive(id)).toBe(true);
  const deadline = performance.now() + 10_000;
  while (isAlive(id) && performance.now() < deadline) await sleep(20);
  expect(isAlive(id)).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
}, 60_000);
