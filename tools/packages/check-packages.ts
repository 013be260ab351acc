/**
 * npm run packages: builds every package, packs it, and checks the archives by publint, "Are the types wrong?" and their budgets.
 *
 * npm run packages -- --install [PACKAGE …] [--node VERSION,…]: then publishes all to a registry on this machine and installs each, or
 * those named by their folders, into an empty project; see `install-package.ts`. Writes `results.json` and `docs/quality.md`. Takes
 * several minutes and the npm registry; Linux on x64.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from './install-packages.js';
import { nodeVersions } from './node-versions.js';
import { packPackages } from './packed-package.js';
import { publishedPackages, repository } from './published-packages.js';
import { publishingProblems } from './publishing-problems.js';
import { readResults, writeResults } from './results.js';
import { runCommand } from './run-command.js';
import { sizeProblems } from './size-budget.js';
import { typeProblems } from './type-resolution.js';

const { values, positionals } = parseArgs({
  options: { install: { type: 'boolean', default: false }, node: { type: 'string' } },
  allowPositionals: true,
});
const all = publishedPackages();
const unknown = positionals.filter((name) => !all.some(({ folderName }) => folderName === name));
if (unknown.length > 0 || (!values.install && (positionals.length > 0 || values.node !== undefined))) {
  console.error(
    `usage: npm run packages [-- --install [PACKAGE …] [--node VERSION,…]]; not a package: ${unknown.join(', ')}`,
  );
  process.exit(2);
}
const report = (line: string): void => console.log(line);

const archives = await mkdtemp(join(tmpdir(), 'profit-archives-'));
try {
  report('building');
  const build = ['nx', 'run-many', '-t', 'build', '--projects=@profit-sft/*'];
  await runCommand('npx', build, { cwd: repository, env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' } });
  const packed = await packPackages(archives);

  let failed = false;
  for (const archive of packed) {
    const path = join(archives, archive.filename);
    const problems = [
      ...(await publishingProblems(path)).map((problem) => `publint: ${problem}`),
      ...(await typeProblems(path)).map((problem) => `types: ${problem}`),
      ...sizeProblems(archive).map((problem) => `size: ${problem}`),
    ];
    report(
      `${archive.name}: ${(archive.unpackedSize / 1024).toFixed(0)} KiB${problems.length === 0 ? ', no problems' : ''}`,
    );
    for (const problem of problems) report(`  ${problem}`);
    failed ||= problems.length > 0;
  }
  if (failed) process.exitCode = 1;
  else if (values.install) {
    const packages = positionals.length === 0 ? all : all.filter(({ folderName }) => positionals.includes(folderName));
    const nodes = values.node?.split(',') ?? nodeVersions;
    const installations = installPackages({ packages, nodes, report });
    for await (const [{ folderName, manifest }, installed] of installations) {
      const archive = packed.find(({ name }) => name === manifest.name);
      if (archive === undefined) throw new Error(`${manifest.name} was not packed`);
      const { size, unpackedSize } = archive;
      const result = { version: manifest.version, size, unpackedSize, ...installed };
      await writeResults({ ...(await readResults()), [folderName]: result });
    }
    report((await runCommand('npm', ['run', '--silent', 'docs'], { cwd: repository })).trim());
  }
} finally {
  await rm(archives, { recursive: true });
}
