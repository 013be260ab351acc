import { execFile } from 'node:child_process';
import { delimiter, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findInstallation } from '@profit-sft/backend-transformers';

/** A folder in which Transformers.js was installed with npm, and the name it has there. */
export interface Installation {
  readonly folder: string;
  readonly packageName: string;
}

export const howToInstall =
  'Transformers.js is not among the dependencies, because it brings 250 MB and another ONNX Runtime. Install it in a folder of its own, ' +
  'without install scripts, which download from GitHub:\n' +
  '  mkdir /tmp/tjs && cd /tmp/tjs && npm init -y && npm install --ignore-scripts @huggingface/transformers@3\n' +
  'and name the folder in PROFIT_TRANSFORMERS_JS. tools/transformers-js/README.md has the line for @xenova/transformers 2.';

/**
 * The installations that `PROFIT_TRANSFORMERS_JS` names, folders as in `PATH`; none where it is not set.
 * @throws BackendUnavailableError where a folder has no Transformers.js
 */
export function installations(variable = process.env.PROFIT_TRANSFORMERS_JS): Installation[] {
  const folders = (variable ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => {
    const { packageName } = findInstallation(folder);
    return { folder: resolve(folder), packageName };
  });
}

export interface GenerationRequest {
  /** An exported model. */
  readonly directory: string;
  readonly prompts: readonly (readonly number[])[];
  readonly maxTokens: number;
  /** All prompts as one batch, padded on the left; version 3 only. */
  readonly padded?: boolean;
  /** Also encoded by the exported tokenizer. */
  readonly text?: string;
}

export interface GenerationAnswer {
  /** Of Transformers.js. */
  readonly version: string;
  /** New tokens for each prompt, up to and with an end token. */
  readonly sequences: readonly (readonly number[])[];
  readonly encoded?: readonly number[];
}

/** Greedy generation by Transformers.js, offline. */
export function generateByTransformersJs(
  installation: Installation,
  request: GenerationRequest,
): Promise<GenerationAnswer> {
  return runScript('generate.js', installation, request);
}

/** Greedy generation past end tokens from the first prompt, by the WebAssembly build of ONNX Runtime that version 3 brings. */
export function generateInWebAssembly(
  installation: Installation,
  request: GenerationRequest,
): Promise<GenerationAnswer> {
  return runScript('generate-in-wasm.js', installation, request);
}

async function runScript(
  script: string,
  { folder, packageName }: Installation,
  { directory, text, ...rest }: GenerationRequest,
): Promise<GenerationAnswer> {
  const request = { installation: folder, packageName, directory: resolve(directory), ...rest };
  const path = fileURLToPath(new URL(script, import.meta.url));
  const args = [path, JSON.stringify(request), ...(text === undefined ? [] : [text])];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as GenerationAnswer;
}
