import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { BackendHealth } from '@profit-sft/core';
import { findPackage, installCommands, packageNames, type PackageName } from './find-installation.js';

/** Milliseconds that an import may take: it loads two megabytes of JavaScript and ONNX Runtime. */
const patience = 60_000;

/** Whether each published Transformers.js is there and loads, in a process of its own as the model does. */
export function diagnose(folders?: string[]): Promise<BackendHealth[]> {
  return Promise.all(packageNames.map((packageName) => diagnosePackage(packageName, folders)));
}

async function diagnosePackage(packageName: PackageName, folders?: string[]): Promise<BackendHealth> {
  const name = `transformers ${packageName}`;
  const install = installCommands[packageName];
  const found = findPackage(packageName, folders);
  if (found === undefined) return { name, works: false, detail: 'is not installed; it is optional', install };
  const script = `await import(${JSON.stringify(pathToFileURL(found.entry).href)}); process.exit(0);`;
  const args = ['--input-type=module', '--eval', script];
  try {
    await promisify(execFile)(process.execPath, args, { timeout: patience });
    return { name, works: true, detail: `${found.version}; scores and generates, does not train` };
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const reason = /^\w*Error: .*$/m.exec(stderr)?.[0] ?? message;
    return { name, works: false, detail: `${found.version} does not load: ${reason}`, install };
  }
}
