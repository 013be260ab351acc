import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { repository } from './published-packages.js';
import { runCommand } from './run-command.js';

/** A registry that holds packages of the house for a while. All else comes from the npm registry as ever. */
export interface ThrowawayRegistry {
  /** What an `.npmrc` has to say for our packages to be looked for here. */
  readonly npmrc: string;
  /** Publishes every package of the repository from its build. */
  publish(): Promise<void>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilItAnswers(url: string, hasEnded: () => boolean): Promise<void> {
  for (let seconds = 0; seconds < 180; seconds++) {
    if (hasEnded()) throw new Error('verdaccio ended before it answered');
    try {
      if ((await fetch(new URL('-/ping', url))).ok) return;
    } catch {
      // It does not listen yet.
    }
    await wait(1000);
  }
  throw new Error(`verdaccio did not answer at ${url} within 180 seconds`);
}

/** Starts verdaccio on a free port of the loopback interface, with an empty folder of its own. */
export async function openThrowawayRegistry(): Promise<ThrowawayRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'profit-registry-'));
  const config = {
    storage: join(folder, 'storage'),
    // Nobody but this machine can reach it, and it lives for minutes.
    packages: { '@profit-sft/*': { access: '$all', publish: '$all' }, '**': { access: '$all' } },
    uplinks: {},
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    web: { enable: false },
    log: { type: 'file', path: join(folder, 'log'), level: 'warn' },
  };
  // YAML, of which JSON is a part.
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const program = join(repository, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
  const server = spawn(
    process.execPath,
    [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    { cwd: folder, stdio: 'ignore' },
  );
  const npmrc = `@profit-sft:registry=${url}\n//127.0.0.1:${port}/:_authToken=anybody\n`;
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode === null && server.kill()) await ended;
    await rm(folder, { recursive: true });
  };
  try {
    await untilItAnswers(url, () => server.exitCode !== null);
    await writeFile(join(folder, '.npmrc'), npmrc);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    npmrc,
    publish: async () => {
      // Private packages, the examples and the root, are left out by npm.
      const args = ['publish', '--workspaces', '--include-workspace-root=false', '--ignore-scripts'];
      const env = { ...process.env, NPM_CONFIG_USERCONFIG: join(folder, '.npmrc'), NPM_CONFIG_PROVENANCE: 'false' };
      await runCommand('npm', args, { cwd: repository, env });
    },
    close,
  };
}
