/**
 * The first part of npm run release: refuses, before minutes of building, to publish packages that npm would not take with provenance.
 * See "Changesets and releases" in CONTRIBUTING.md.
 */
import { publishedPackages } from './published-packages.js';
import { releaseProblems } from './release-problems.js';

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
const problems = releaseProblems(
  publishedPackages(),
  server === undefined || name === undefined ? undefined : `${server}/${name}`,
);
if (problems.length > 0) {
  const field = '"repository": { "type": "git", "url": "git+https://HOST/OWNER/NAME.git", "directory": "packages/…" }';
  console.error(
    `Nothing was published. npm signs where a package comes from only if its package.json says so:\n\n  ${field}\n\n${problems.join('\n')}`,
  );
  process.exitCode = 1;
}
