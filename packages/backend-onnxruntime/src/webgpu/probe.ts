import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { constant, Graph, multiply } from '@profit-sft/graph';
import { emitProgram } from '../onnx/emit-program.js';
import { startFailure } from './start-failure.js';

export interface WebgpuProbe {
  readonly works: boolean;
  /** Why not, in the provider's words. */
  readonly reason?: string;
}

/** Doubles 21 on the provider, twice, keeping the first result on the device. */
const script = `
const ort = require(process.argv[1]);
const model = Buffer.from(process.argv[2], 'base64');
const open = (preferredOutputLocation) =>
  ort.InferenceSession.create(model, { executionProviders: ['webgpu'], preferredOutputLocation, logSeverityLevel: 4 });
(async () => {
  const { y } = await (await open('gpu-buffer')).run({ x: new ort.Tensor('float32', [21], [1]) });
  const { y: z } = await (await open('cpu')).run({ x: y });
  process.stdout.write(String(z.data[0]));
  process.exit(0);
})().catch((error) => {
  process.stdout.write(error.message);
  process.exit(1);
});`;

/** Tries the WebGPU provider for real, in a process of its own: a driver that crashes takes down only that. */
export function probeWebgpu(variables: Readonly<Record<string, string>> = {}): Promise<WebgpuProbe> {
  const graph = new Graph();
  const x = graph.input('float', [1]);
  const program = graph.program('probe', { x }, { y: multiply(x, constant(graph, 2)) });
  const model = Buffer.from(emitProgram(program, { webgpu: true })).toString('base64');
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  return new Promise((resolve) => {
    const settings = { env: { ...process.env, ...variables }, timeout: 30_000 };
    execFile(process.execPath, ['-e', script, runtime, model], settings, (error, stdout) => {
      if (error === null && stdout === '84') resolve({ works: true });
      else if (error === null) resolve({ works: false, reason: `computed 4 · 21 as ${stdout}` });
      else
        resolve({
          works: false,
          reason: startFailure(stdout) || `the process ended by ${String(error.signal ?? error.code)}`,
        });
    });
  });
}
