import { compileProgram, floatTensor } from '@profit-sft/backend-onnxruntime';
import { Graph, matmul } from '@profit-sft/graph';

/** Measures the rate of a size³ matrix product in FLOP/s, in the runtime that trains: the limit of everything else. */
export async function matmulMeter(size: number): Promise<() => Promise<number>> {
  const graph = new Graph();
  const a = graph.input('float', [size, size]);
  const b = graph.input('float', [size, size]);
  const executable = await compileProgram(graph.program('matmul', { a, b }, { product: matmul(a, b) }), { threads: 0 });
  const tensor = (): ReturnType<typeof floatTensor> =>
    floatTensor(new Float32Array(size * size).fill(0.5), [size, size]);
  const inputs = { a: tensor(), b: tensor() };
  const outputs = { product: tensor() };
  for (let i = 0; i < 5; i++) await executable.run(inputs, outputs);
  return async () => {
    const repeats = 10;
    const start = performance.now();
    for (let i = 0; i < repeats; i++) await executable.run(inputs, outputs);
    return (repeats * 2 * size ** 3) / ((performance.now() - start) / 1000);
  };
}
