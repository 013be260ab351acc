import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../testing/opened-session.ts', import.meta.url));

/** With one of these ONNX Runtime leaves its telemetry alone by itself. */
const quiet = /^(?:CI|GITHUB_ACTIONS|JENKINS_URL|TF_BUILD|TRAVIS|ORT_.*|XDG_.*)$/;

test('opening a session leaves no identifier and no events of telemetry in the home directory', () => {
  const home = mkdtempSync(join(tmpdir(), 'profit-home-'));
  try {
    const kept = Object.entries(process.env).filter(([name]) => !quiet.test(name));
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@profit-sft/source', script],
      { encoding: 'utf8', env: { ...Object.fromEntries(kept), HOME: home }, timeout: 50_000 },
    );
    expect(status, stderr).toBe(0);
    expect(readdirSync(home, { recursive: true })).toEqual([]);
  } finally {
    rmSync(home, { recursive: true });
  }
});
