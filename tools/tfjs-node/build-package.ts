import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { packageIn } from './built-package.js';
import { checkBinding, type BindingAnswer } from './check-binding.js';
import { prepareOutput } from './output-directory.js';
import { findRequirements } from './requirements.js';
import { runStep, type Step } from './run-step.js';
import { pipArguments, removeHeaders, stageTensorFlow, tensorFlowVersion } from './tensorflow-wheel.js';

export interface BuildOptions {
  /** See {@link findRequirements}. */
  readonly nodeDirectory?: string;
  readonly report: (line: string) => void;
}

/**
 * Fills `output` with the package, its dependencies and a native binding linked to the TensorFlow of the PyPI wheel, and tries it.
 * @returns what the binding said of itself
 * @throws BackendUnavailableError, OutputError
 */
export async function buildPackage(output: string, { nodeDirectory, report }: BuildOptions): Promise<BindingAnswer> {
  const requirements = await findRequirements(nodeDirectory);
  const directory = resolve(output);
  await prepareOutput(directory);
  const log = join(directory, 'build.log');
  await rm(log, { force: true });
  const run = (title: string, command: string, args: readonly string[], more: Partial<Step> = {}): Promise<void> =>
    runStep({ title, command, args, directory, log, report, ...more });

  // `dev` brings node-gyp. The package's own install script would download libtensorflow.
  const npmArguments = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', `--prefix=${directory}`];
  await run('1/4 the package and its dependencies, from the npm registry (0.3 GB)', 'npm', npmArguments);

  const folder = packageIn(directory);
  const dependencies = join(folder, 'deps');
  const wheel = join(directory, 'wheel');
  await rm(wheel, { recursive: true, force: true });
  try {
    const title = `2/4 TensorFlow ${tensorFlowVersion}, from PyPI (0.2 GB, unpacked 0.9 GB)`;
    await run(title, requirements.python, pipArguments(wheel));
    await stageTensorFlow(wheel, dependencies);
  } finally {
    await rm(wheel, { recursive: true, force: true });
  }

  const bin = join(directory, 'node_modules');
  await run(
    '3/4 the binding, with the C++ compiler',
    process.execPath,
    [
      join(bin, '@mapbox/node-pre-gyp/bin/node-pre-gyp'),
      ...['install', '--build-from-source', `--nodedir=${requirements.nodeDirectory}`],
    ],
    {
      directory: folder,
      environment: {
        ...process.env,
        npm_config_node_gyp: join(bin, 'node-gyp/bin/node-gyp.js'),
        npm_config_python: requirements.python,
      },
    },
  );
  await removeHeaders(dependencies);

  report('4/4 two matrices are multiplied …');
  return checkBinding(folder);
}
