/**
 * The package that the generator writes passes its own build, tests and type check at once.
 *
 * It is put where an installed package would be: `@profit-sft/testing` and the packages below it are built with tsup into a
 * `node_modules` above it, in the form in which they are published, and only third-party tools are links into the repository.
 * The condition `@profit-sft/source` would be faster (the builds take some seconds), but nobody outside this repository sets
 * it, and a package that works only with it would not work for its author.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRulePackage } from './create-rule-package.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const tool = (path: string): string => join(repository, 'node_modules', path);
const tools = {
  tsup: tool('tsup/dist/cli-default.js'),
  tsc: tool('typescript/bin/tsc'),
  vitest: tool('vitest/vitest.mjs'),
};

let home: string;
let directory: string;

interface Outcome {
  readonly code: number;
  readonly output: string;
}

async function run(name: keyof typeof tools, args: readonly string[], cwd: string): Promise<Outcome> {
  // Without what vitest sets for this process: the package's own vitest would take itself for one of its workers.
  const inherited = Object.entries(process.env).filter(([key]) => !/^(VITEST|NODE_ENV|TEST$|NODE_OPTIONS)/.test(key));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [tools[name], ...args], { cwd, env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr, message } = error as {
      code: number;
      stdout: string;
      stderr: string;
      message: string;
    };
    return { code, output: `${message}\n${stdout}${stderr}` };
  }
}

/** Builds a package of the repository into `node_modules` as npm would install it. */
async function installBuilt(name: string): Promise<void> {
  const source = join(repository, 'packages', name);
  const installed = join(home, 'node_modules', '@profit-sft', name);
  await mkdir(installed, { recursive: true });
  await cp(join(source, 'package.json'), join(installed, 'package.json'));
  const { code, output } = await run('tsup', ['--out-dir', join(installed, 'dist')], source);
  expect(code, output).toBe(0);
}

/** One after the other: each build takes a processor and more. */
async function installAll(names: readonly string[]): Promise<void> {
  for (const name of names) await installBuilt(name);
}

beforeAll(async () => {
  // The real path, because vitest compares paths and the folder for temporary files may be a link.
  home = await realpath(await mkdtemp(join(tmpdir(), 'profit-generated-')));
  await mkdir(join(home, 'node_modules', '@standard-schema'), { recursive: true });
  for (const name of ['tsup', 'typescript', 'vitest', '@standard-schema/spec']) {
    await symlink(tool(name), join(home, 'node_modules', name), 'junction');
  }
  [, , { directory }] = await Promise.all([
    installBuilt('core'),
    installAll(['graph', 'models', 'engine', 'testing']),
    createRulePackage({ name: 'gentle-slope', directory: join(home, 'gentle'), packageName: '@acme/gentle-slope' }),
  ]);
}, 300_000);
afterAll(() => rm(home, { recursive: true, force: true }));

describe('a generated package', () => {
  test('passes its tests', async () => {
    const { code, output } = await run('vitest', ['run'], directory);
    expect(code, output).toBe(0);
    expect(output).toMatch(/Tests {2}2\d passed/);
  });

  test('is typed', async () => {
    const { code, output } = await run('tsc', ['-p', 'tsconfig.json'], directory);
    expect(code, output).toBe(0);
  });

  test('builds, and what is built is the rule', async () => {
    const { code, output } = await run('tsup', [], directory);
    expect(code, output).toBe(0);
    expect(await readFile(join(directory, 'dist', 'index.d.ts'), 'utf8')).toContain('"gentle-slope"');
    const built = (await import(join(directory, 'dist', 'index.js'))) as { default: { pluginName: string } };
    expect(built.default.pluginName).toBe('gentle-slope');
  });

  test('has tests that fail when the rule breaks its contract', async () => {
    const broken = join(dirname(directory), 'broken');
    await cp(directory, broken, { recursive: true });
    const source = await readFile(join(broken, 'src', 'index.ts'), 'utf8');
    // Still right on the first call, so that the golden vectors alone would not notice.
    const counting = source
      .replace('const gentleSlope', 'let calls = 0;\nconst gentleSlope')
      .replace('Math.exp(value) / threshold', 'Math.exp(value) / threshold - 1e-6 * calls++');
    expect(counting).not.toBe(source);
    await writeFile(join(broken, 'src', 'index.ts'), counting);
    const { code, output } = await run('vitest', ['run'], broken);
    expect(code).toBe(1);
    expect(output).toContain('equal calls give equal weights');
    expect(output).toContain('It depends on something outside the rule');
  });
});
