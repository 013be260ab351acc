import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The newest release with which every test of tfjs-node's own suite passes: from 2.17 on, `Round` returns zeros for integers
 * (tensorflow/tensorflow#74789). docs/decisions/0019-tfjs-node-binding.md has the releases that were tried.
 */
export const tensorFlowVersion = '2.16.2';

/**
 * Arguments with which a Python unpacks the wheel into `directory`. The wheel of one fixed Python is asked for, whatever runs pip:
 * only its C libraries and headers are used, and these do not depend on Python.
 */
export function pipArguments(directory: string): string[] {
  return [
    ...['-m', 'pip', 'install', `tensorflow-cpu==${tensorFlowVersion}`, '--target', directory],
    ...['--no-deps', '--no-compile', '--progress-bar', 'off', '--disable-pip-version-check'],
    ...['--only-binary', ':all:', '--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311'],
    ...['--platform', 'manylinux_2_17_x86_64'],
  ];
}

/** In tfjs-node's `deps`. */
const libraryFolder = 'lib';
const headerFolder = 'include';

/**
 * Puts the libraries and headers of an unpacked wheel where tfjs-node's `binding.gyp` looks for them. The libraries keep the
 * names under which they ask for each other; links give them the names that the linker is told.
 * @param wheel - the directory given to pip; on the same file system, since the files are moved
 * @param dependencies - the folder `deps` of the package
 */
export async function stageTensorFlow(wheel: string, dependencies: string): Promise<void> {
  const libraries = join(dependencies, libraryFolder);
  await rm(dependencies, { recursive: true, force: true });
  await mkdir(libraries, { recursive: true });
  for (const [file, linkName] of [
    // The wheel has the C interface in the library of the C++ one.
    ['libtensorflow_cc.so.2', 'libtensorflow.so'],
    ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
  ]) {
    await rename(join(wheel, 'tensorflow', file), join(libraries, file));
    await symlink(file, join(libraries, linkName));
  }
  await rename(join(wheel, 'tensorflow/include'), join(dependencies, headerFolder));
}

/** 150 MB that nothing needs once the binding is built. */
export async function removeHeaders(dependencies: string): Promise<void> {
  await rm(join(dependencies, headerFolder), { recursive: true });
}
