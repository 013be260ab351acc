import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BackendUnavailableError } from '@profit-sft/core';

/** What the build takes from the machine. */
export interface Requirements {
  /** A Python that has pip. */
  readonly python: string;
  /** Holds `include/node` with the headers of this Node. */
  readonly nodeDirectory: string;
}

export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  /** Undefined where the C library is another, as in Alpine. */
  readonly glibc: string | undefined;
}

export function thisMachine(): Machine {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return { platform: process.platform, architecture: process.arch, glibc: report?.header?.glibcVersionRuntime };
}

/**
 * Finds all that the build needs, before anything is downloaded.
 * @param nodeDirectory - instead of the folder in which this Node is installed
 * @throws BackendUnavailableError that names what is missing and where it comes from
 */
export async function findRequirements(nodeDirectory?: string): Promise<Requirements> {
  checkMachine(thisMachine());
  const headers = findNodeDirectory(nodeDirectory);
  await requireCommand('make', ['--version'], 'make builds the binding', 'apt-get install make');
  await requireCommand(
    process.env.CXX ?? 'g++',
    ['--version'],
    'a C++ compiler builds the binding',
    'apt-get install g++',
  );
  return { python: await findPython(), nodeDirectory: headers };
}

/** @throws BackendUnavailableError where the wheel has no library for it */
export function checkMachine({ platform, architecture, glibc }: Machine): void {
  if (platform === 'linux' && architecture === 'x64' && glibc !== undefined) return;
  const there =
    glibc === undefined && platform === 'linux'
      ? `${platform} ${architecture} without glibc`
      : `${platform} ${architecture}`;
  const reason = `this build is for Linux x64 with glibc, not ${there}. Elsewhere "npm install @tensorflow/tfjs-node@4.22.0" downloads libtensorflow.`;
  throw new BackendUnavailableError('tfjs-node', reason);
}

/**
 * The folder that node-gyp takes as `--nodedir`. Without it node-gyp would download the headers from nodejs.org.
 * @throws BackendUnavailableError where it has no headers
 */
export function findNodeDirectory(named?: string): string {
  const directory = resolve(named ?? dirname(dirname(process.execPath)));
  const missing = ['node_api.h', 'common.gypi'].filter((file) => !existsSync(join(directory, 'include/node', file)));
  if (missing.length === 0) return directory;
  const reason =
    `Node's headers are missing: ${join(directory, 'include/node')} has no ${missing.join(' and no ')}. ` +
    'Archives from nodejs.org and NodeSource packages have them, Debian has them in libnode-dev; name the folder above "include" with --node-directory.';
  throw new BackendUnavailableError('tfjs-node', reason);
}

/**
 * `PROFIT_PYTHON`, or `python3`.
 * @throws BackendUnavailableError where it is not there or has no pip
 */
export async function findPython(python = process.env.PROFIT_PYTHON ?? 'python3'): Promise<string> {
  await requireCommand(
    python,
    ['--version'],
    'pip fetches TensorFlow and node-gyp is run by Python',
    'apt-get install python3',
  );
  await requireCommand(python, ['-m', 'pip', '--version'], 'pip fetches TensorFlow', 'apt-get install python3-pip');
  return python;
}

async function requireCommand(command: string, args: readonly string[], why: string, install: string): Promise<void> {
  try {
    await promisify(execFile)(command, args);
  } catch (cause) {
    const reason = `"${command} ${args.join(' ')}" fails, and ${why}: ${(cause as Error).message.trim()}.`;
    throw new BackendUnavailableError('tfjs-node', reason, { install, cause });
  }
}
