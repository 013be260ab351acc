import { pathToFileURL } from 'node:url';
import { BackendUnavailableError } from '@profit-sft/core';
import { installCommands, type Installation } from './find-installation.js';
import type { TransformersLibrary } from './library.js';

/**
 * Imports Transformers.js, offline: no model is fetched, and its ONNX Runtime, which reads `ORT_DISABLE_TELEMETRY` when it opens a first
 * model, sends nothing unless the variable was set otherwise.
 *
 * Versions 2 and 3 bring an older ONNX Runtime, which a process that has loaded another does not load.
 *
 * @throws BackendUnavailableError when it cannot be loaded
 */
export async function loadLibrary({ packageName, version, entry }: Installation): Promise<TransformersLibrary> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    const loaded = (await import(pathToFileURL(entry).href)) as Partial<TransformersLibrary> & { default?: unknown };
    // Version 3 and 4 are CommonJS under this entry, version 2 a module.
    return (loaded.env === undefined ? loaded.default : loaded) as TransformersLibrary;
  } catch (cause) {
    const reason =
      `${packageName} ${version} does not load (${(cause as Error).message.split('\n')[0]}). ` +
      'Versions before 4 bring an ONNX Runtime that cannot be loaded beside that of @profit-sft/backend-onnxruntime.';
    throw new BackendUnavailableError('transformers', reason, {
      install: installCommands['@huggingface/transformers'],
      cause,
    });
  }
}
