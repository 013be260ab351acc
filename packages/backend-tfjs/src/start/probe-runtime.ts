import { floatTensor } from '@profit-sft/engine';
import { Graph, matmul } from '@profit-sft/graph';
import { TfjsRuntime } from '../runtime/tfjs-runtime.js';
import type { RuntimeName } from './runtime-names.js';
import { startRuntime } from './start-runtime.js';

/** Starts a runtime and multiplies a small matrix with itself. Gives what runs; throws where it does not work. */
export async function probeRuntime(name: RuntimeName): Promise<string> {
  const started = await startRuntime(name);
  const runtime = new TfjsRuntime(started);
  const graph = new Graph();
  const x = graph.input('float', ['n', 'n']);
  const program = await runtime.compile(graph.program('probe', { x }, { y: matmul(x, x) }), ['y']);
  const { host } = await program.runForHost({ x: runtime.pass(floatTensor(Float32Array.of(1, 2, 3, 4), [2, 2])) });
  await runtime.release();
  if (host.y.join() !== '7,10,15,22') throw new Error(`it computed the square of a matrix as ${host.y.join()}`);
  return started.detail;
}
