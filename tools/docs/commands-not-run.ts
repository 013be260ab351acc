/** Why commands of the documentation are checked (`command-problem.ts`) but not run by the test that runs the others. */
export interface NotRun {
  readonly commands: RegExp;
  readonly reason: string;
}

/** Each command that is not run is of exactly one entry, and each entry has a command: a test holds both. */
export const commandsNotRun: readonly NotRun[] = [
  {
    commands: /^npm (?:ci|test)$/,
    reason: '.ci/run runs it here, and the tests of create-plugin in a package that it wrote',
  },
  { commands: /^npm run demo$/, reason: 'takes a minute; the tests of examples/word-problems run its parts' },
  {
    commands: /^npm (?:install(?! --ignore)|create|publish)/,
    reason: 'needs the npm registry: npm run packages -- --install installs each package, and creates one',
  },
  {
    commands:
      /^npm (?:install --ignore|init|pkg)|^profit .*--backend transformers|^profit eval .*--evaluator (?:ifeval|humaneval)/,
    reason:
      'needs what is not in the repository: Transformers.js, a benchmark; packages/cli/src/commands/frozen-backend.test.ts and packages/evaluators try it',
  },
  {
    commands: /^npm run (?:bench|build|engines|faults|fuzz|tfjs-node|typecheck)(?: |$)/,
    reason: 'a tool of the repository that takes minutes, or writes its files: its script is looked for',
  },
  { commands: /^npx (?:vitest|tsx) |^node /, reason: 'a test or a tool of the repository: its file is looked for' },
  {
    commands: /^profit (?:data pull|eval .*"name": "hub")/,
    reason: 'fetches from the Hub; packages/cli/src/commands/data-pull.test.ts does it from a server of its own',
  },
  {
    commands: /^profit train examples\/soft-threshold-rule/,
    reason: 'uses a package that is built; examples/soft-threshold-rule/load-by-name.test.ts builds it',
  },
  {
    commands: /--annotator openai-judge/,
    reason: 'asks a service that is paid; packages/cli/src/commands/annotate.test.ts asks a server of its own',
  },
  {
    commands: /^profit eval .*reference-slice/,
    reason: 'reads a data set that the reader has; packages/datasets/src has its tests',
  },
  {
    commands: /^profit ablate (?!.*--plan)/,
    reason:
      'trains a grid, some of them on a cluster; packages/cli/src/commands/ablate.test.ts and ablate-clusters.test.ts do',
  },
  {
    commands: /^profit (?:watch|report)/,
    reason: 'reads finished runs, or serves until it is stopped; packages/cli/src/report and report.test.ts do',
  },
  {
    commands: /^(?:apt|apt-get|cd|eval|export|mkdir|pip|python|ray|tail|tools\/\S+)(?: |$)/,
    reason: 'a program of the system or of others',
  },
];
