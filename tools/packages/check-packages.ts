/**
 * npm run packages: builds every package, packs it, and checks the archives by publint, "Are the types wrong?" and their budgets.
 *
 * npm run packages -- --install [PACKAGE …] [--node VERSION,…]: then publishes all to a registry on this machine and installs each, or
 * those named by their folders, into an empty project; see `install-package.ts` and `scenarios.ts`. Writes `results.json` and
 * `docs/quality.md`. Takes the npm registry; Linux on x64. What fails is told, and the others go on. A run without names forgets what
 * earlier ones came to; one that was broken off goes on with --resume, which leaves out what is in `results.json`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from './install-packages.js';
import { nodeVersions } from './node-versions.js';
import { packPackages, type PackedPackage } from './packed-package.js';
import { publishedPackages, repository, type PublishedPackage } from './published-packages.js';
import { publishingProblems } from './publishing-problems.js';
import { keepResult, readResults, writeResults } from './results.js';
import { runCommand } from './run-command.js';
import { sizeProblems } from './size-budget.js';
import { typeProblems } from './type-resolution.js';

const usage = 'usage: npm run packages [-- --install [--resume | PACKAGE …] [--node VERSION,…]]';
const report = (line: string): void => console.log(line);

function commandLine() {
  try {
    return parseArgs({
      options: {
        install: { type: 'boolean', default: false },
        resume: { type: 'boolean', default: false },
        node: { type: 'string' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(why: string): never {
  console.error(`${why}\n${usage}`);
  process.exit(2);
}

const all = publishedPackages();
const { values, positionals: names } = commandLine();
const unknown = names.filter((name) => !all.some(({ folderName }) => folderName === name));
if (unknown.length > 0) refuse(`not a package: ${unknown.join(', ')}`);
if (!values.install && (values.resume || names.length > 0 || values.node !== undefined)) refuse('--install is missing');
if (values.resume && names.length > 0) refuse('--resume takes no names');

async function chosenPackages(): Promise<PublishedPackage[]> {
  if (names.length > 0) return all.filter(({ folderName }) => names.includes(folderName));
  if (!values.resume) {
    await writeResults({});
    return all;
  }
  const results = await readResults();
  return all.filter(({ folderName }) => results[folderName] === undefined);
}

/** Whether the archives are as they should be. */
async function checkArchives(packed: readonly PackedPackage[], folder: string): Promise<boolean> {
  let good = true;
  for (const archive of packed) {
    const path = join(folder, archive.filename);
    const problems = [
      ...(await publishingProblems(path)).map((problem) => `publint: ${problem}`),
      ...(await typeProblems(path)).map((problem) => `types: ${problem}`),
      ...sizeProblems(archive).map((problem) => `size: ${problem}`),
    ];
    const size = `${(archive.unpackedSize / 1024).toFixed(0)} KiB`;
    report(`${archive.name}: ${size}${problems.length === 0 ? ', no problems' : ''}`);
    for (const problem of problems) report(`  ${problem}`);
    good &&= problems.length === 0;
  }
  return good;
}

/** Names of packages that cannot be used as they are published. */
async function tryInstallations(packed: readonly PackedPackage[]): Promise<string[]> {
  const failed: string[] = [];
  const nodes = values.node?.split(',') ?? nodeVersions;
  for await (const outcome of installPackages({ packages: await chosenPackages(), nodes, report })) {
    const { folderName, manifest } = outcome.entry;
    const archive = packed.find(({ name }) => name === manifest.name);
    if (archive === undefined) throw new Error(`${manifest.name} was not packed`);
    if ('failure' in outcome) {
      failed.push(folderName);
      await keepResult(folderName, undefined);
    } else {
      const { size, unpackedSize } = archive;
      await keepResult(folderName, { version: manifest.version, size, unpackedSize, ...outcome.installed });
    }
  }
  report((await runCommand('npm', ['run', '--silent', 'docs'], { cwd: repository })).trim());
  return failed;
}

const archives = await mkdtemp(join(tmpdir(), 'profit-archives-'));
try {
  report('building');
  const build = ['nx', 'run-many', '-t', 'build', '--projects=@profit-sft/*'];
  await runCommand('npx', build, { cwd: repository, env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' } });
  const packed = await packPackages(archives);
  if (!(await checkArchives(packed, archives))) process.exitCode = 1;
  else if (values.install) {
    const failed = await tryInstallations(packed);
    report(failed.length === 0 ? 'all ran' : `failed: ${failed.join(', ')}`);
    if (failed.length > 0) process.exitCode = 1;
  }
} finally {
  await rm(archives, { recursive: true });
}
