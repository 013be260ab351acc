import { exportOnnx, type ExportedModel } from '@profit-sft/backend-onnxruntime';
import { InvalidModelError } from '@profit-sft/core';
import { isAdapterDirectory } from '@profit-sft/models';
import type { CommandContext } from '../command-line/program.js';
import { printable } from '../terminal/terminal.js';
import { shownBytes } from '../terminal/memory-line.js';

export interface ExportArguments {
  readonly model: string;
  readonly format: 'onnx';
  readonly out: string;
  readonly json?: boolean;
}

/** What `profit export --json` prints. */
export interface ExportResult extends ExportedModel {
  /** The output directory. */
  readonly directory: string;
  readonly format: 'onnx';
}

/** Writes a model for another program. There is one format so far; the option is there so that a second changes nothing. */
export async function runExport({ model, format, out, json }: ExportArguments, { terminal }: CommandContext) {
  if (await isAdapterDirectory(model)) {
    const message = `holds an adapter; merge it first: profit merge --adapter ${model} --out DIRECTORY`;
    throw new InvalidModelError(model, message);
  }
  terminal.error.write(`exporting ${printable(model)}\n`);
  const exported = await exportOnnx(model, out);
  if (json === true) {
    const result: ExportResult = { directory: out, format, ...exported };
    terminal.out.write(`${JSON.stringify(result)}\n`);
    return;
  }
  terminal.error.write(`${summary(out, exported)}\n`);
}

function summary(out: string, { files, externalFiles }: ExportedModel): string {
  const weights = files.filter(({ name }) => name.startsWith('onnx/'));
  const bytes = weights.reduce((sum, file) => sum + file.bytes, 0);
  const where = externalFiles === 0 ? 'onnx/model.onnx' : `onnx/model.onnx and ${externalFiles} onnx/model.onnx_data…`;
  const lines = [`wrote ${printable(out)}: ${where}, ${shownBytes(bytes)}, float32; ${others(files)}`];
  if (!files.some(({ name }) => name === 'tokenizer.json')) {
    lines.push('note: the model has no tokenizer.json, so Transformers.js can run it on token ids only');
  }
  return lines.join('\n');
}

function others(files: ExportedModel['files']): string {
  return files
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('onnx/'))
    .join(', ');
}
