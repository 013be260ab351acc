import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { constant, Graph, matmul, multiply, type Program } from '@profit-sft/graph';
import { emitProgram, type Precision } from '../onnx/emit-program.js';
import { startFailure } from './start-failure.js';

export interface WebgpuProbe {
  readonly works: boolean;
  /** Whether the device computes in F16: WebGPU's `shader-f16`. */
  readonly float16: boolean;
  /** Why it does not work, in the provider's words. */
  readonly reason?: string;
}

/** Doubles 21 on the provider, twice, keeping the first result on the device; then multiplies it in F16, if it can. */
const script = `
const ort = require(process.argv[1]);
const [model, half] = process.argv.slice(2).map((text) => Buffer.from(text, 'base64'));
const open = (preferredOutputLocation, program = model) =>
  ort.InferenceSession.create(program, { executionProviders: ['webgpu'], preferredOutputLocation, logSeverityLevel: 4 });
(async () => {
  const { y } = await (await open('gpu-buffer')).run({ x: new ort.Tensor('float32', [21], [1]) });
  const { y: z } = await (await open('cpu')).run({ x: y });
  const matrix = new ort.Tensor('float32', [1, 2, 3, 4], [2, 2]);
  const square = await open('cpu', half).then((session) => session.run({ x: matrix })).catch(() => undefined);
  process.stdout.write([z.data[0], square?.y.data.join() === '7,10,15,22' ? 'float16' : 'float32'].join(' '));
  process.exit(0);
})().catch((error) => {
  process.stdout.write(error.message);
  process.exit(1);
});`;

function encoded(program: Program, precision: Precision): string {
  return Buffer.from(emitProgram(program, { webgpu: true, precision })).toString('base64');
}

/** `x` [2, 2] → `y` = x · x: the smallest program that F16 changes. */
export function squareProgram(): Program {
  const graph = new Graph();
  const x = graph.input('float', [2, 2]);
  return graph.program('square of a matrix', { x }, { y: matmul(x, x) });
}

/** Tries the WebGPU provider for real, in a process of its own: a driver that crashes takes down only that. */
export function probeWebgpu(variables: Readonly<Record<string, string>> = {}): Promise<WebgpuProbe> {
  const graph = new Graph();
  const x = graph.input('float', [1]);
  const program = graph.program('probe', { x }, { y: multiply(x, constant(graph, 2)) });
  const models = [encoded(program, 'float32'), encoded(squareProgram(), 'float16')];
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  return new Promise((resolve) => {
    const settings = { env: { ORT_DISABLE_TELEMETRY: '1', ...process.env, ...variables }, timeout: 30_000 };
    execFile(process.execPath, ['-e', script, runtime, ...models], settings, (error, stdout) => {
      const [result, precision] = stdout.split(' ');
      if (error === null && result === '84') resolve({ works: true, float16: precision === 'float16' });
      else if (error === null) resolve({ works: false, float16: false, reason: `computed 4 · 21 as ${result}` });
      else
        resolve({
          works: false,
          float16: false,
          reason: startFailure(stdout) || `the process ended by ${String(error.signal ?? error.code)}`,
        });
    });
  });
}
