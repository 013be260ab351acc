import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeError } from '@profit-sft/core';
import { CachedFiles, shellQuoted } from '@profit-sft/experiments';
import { reportPage } from '@profit-sft/report';
import type { CommandContext } from '../command-line/program.js';
import { reportDataReader } from '../report/report-data-of.js';

export interface ReportArguments {
  readonly directories: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** What `profit report --json` prints. */
export interface ReportResult {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  readonly runs: number;
  readonly missing: readonly string[];
}

export async function runReport(options: ReportArguments, { terminal }: CommandContext): Promise<void> {
  const { directories } = options;
  const data = reportDataReader(directories, new CachedFiles())();
  const file = resolve(options.out ?? join(directories.length === 1 ? directories[0] : '.', 'report.html'));
  const command = ['profit', 'report', ...directories].map(shellQuoted).join(' ');
  const html = reportPage(data, { footer: `Made by ${command} on ${new Date().toISOString().slice(0, 16)}Z.` });
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, html);
  } catch (error) {
    throw writeError(file, error);
  }
  const bytes = Buffer.byteLength(html);
  const result: ReportResult = { file, bytes, runs: data.runs.length, missing: data.missing };
  if (options.json === true) {
    terminal.out.write(`${JSON.stringify(result)}\n`);
    return;
  }
  for (const text of data.missing) terminal.error.write(`${text}\n`);
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  terminal.error.write(`report of ${data.runs.length} ${data.runs.length === 1 ? 'run' : 'runs'}: ${file}, ${size}\n`);
}
