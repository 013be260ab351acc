import { compileProgram, floatTensor, type Feeds } from '@profit-sft/backend-onnxruntime';
import type { EngineModel } from '@profit-sft/engine';
import { Graph, matmul, type Tensor } from '@profit-sft/graph';

export interface MatrixVectorMeter {
  /** Bytes of the matrices that one call reads. */
  readonly bytes: number;
  /** Seconds of one product of each matrix with a vector. */
  measure(): Promise<number>;
  release(): Promise<void>;
}

/**
 * The bare matrix-vector products of one generated token: every linear weight of the model, and its head, times one vector, in one
 * program of the runtime that generates. The weights are the model's own, so that nothing is read twice from a cache.
 */
export async function matrixVectorMeter(model: EngineModel): Promise<MatrixVectorMeter> {
  const tensors = [...(await model.parameterTensors())];
  const tied = !tensors.some(([name]) => name === 'lm_head.weight');
  const matrices = tensors.filter(
    ([name, { shape }]) => shape.length === 2 && (tied || name !== 'model.embed_tokens.weight'),
  );
  const graph = new Graph();
  const inputs: Record<string, Tensor> = {};
  const products: Record<string, Tensor> = {};
  const feeds: Feeds = {};
  const results: Feeds = {};
  for (const [name, { shape, data }] of matrices) {
    const [outputs, width] = shape;
    const vector = `vector ${width}`;
    inputs[vector] ??= graph.input('float', [1, width]);
    feeds[vector] ??= floatTensor(new Float32Array(width).fill(0.5), [1, width]);
    inputs[name] = graph.input('float', shape);
    feeds[name] = floatTensor(data, shape);
    products[`product ${name}`] = matmul(inputs[vector], inputs[name], { transposeB: true });
    results[`product ${name}`] = floatTensor(new Float32Array(outputs), [1, outputs]);
  }
  const executable = await compileProgram(graph.program('matrix-vector products', inputs, products), { threads: 0 });
  await executable.run(feeds, results);
  return {
    bytes: matrices.reduce((sum, [, { data }]) => sum + data.byteLength, 0),
    async measure() {
      const repeats = 10;
      const start = performance.now();
      for (let i = 0; i < repeats; i++) await executable.run(feeds, results);
      return (performance.now() - start) / 1000 / repeats;
    },
    release: () => executable.release(),
  };
}
