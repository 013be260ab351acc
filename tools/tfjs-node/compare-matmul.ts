/**
 * The matrix product of tfjs-node, named by PROFIT_TFJS_NODE, against that of ONNX Runtime, in one process, taking turns:
 * npx tsx --conditions=@profit-sft/source tools/tfjs-node/compare-matmul.ts [SIZE…]
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ProfitError } from '@profit-sft/core';
import { machineText, thisMachine } from '../bench/machine.js';
import { matmulMeter } from '../bench/matmul-rate.js';
import { median } from '../bench/median.js';
import { requireBuiltPackage } from './built-package.js';
import './removed-util-functions.js';

interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
}
interface TensorFlow {
  ones(shape: readonly number[]): Tensor;
  mul(tensor: Tensor, factor: number): Tensor;
  matMul(left: Tensor, right: Tensor): Tensor;
  backend(): { readonly binding: { readonly TF_Version: string } };
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1024];
const rounds = 9;

/** As {@link matmulMeter}, with the product read back: tfjs-node has no outputs that a caller provides. */
function tensorFlowMeter(tf: TensorFlow, size: number): () => number {
  const half = (): Tensor => tf.mul(tf.ones([size, size]), 0.5);
  const [a, b] = [half(), half()];
  const multiply = (): void => {
    const product = tf.matMul(a, b);
    product.dataSync();
    product.dispose();
  };
  for (let i = 0; i < 5; i++) multiply();
  return () => {
    const repeats = 10;
    const start = performance.now();
    for (let i = 0; i < repeats; i++) multiply();
    return (repeats * 2 * size ** 3) / ((performance.now() - start) / 1000);
  };
}

async function compare(): Promise<void> {
  const wrong = sizes.findIndex((size) => !Number.isInteger(size) || size < 1);
  if (wrong >= 0) throw new ProfitError('config', `"${process.argv[2 + wrong]}" is no size of a matrix.`);
  const folder = await requireBuiltPackage();
  const tf = createRequire(join(folder, 'package.json'))(folder) as TensorFlow;
  console.log(`${machineText(await thisMachine())}, TensorFlow ${tf.backend().binding.TF_Version}`);
  for (const size of sizes) {
    const onnxruntime = await matmulMeter(size);
    const tensorFlow = tensorFlowMeter(tf, size);
    const rates: { readonly onnxruntime: number; readonly tensorFlow: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      rates.push({ onnxruntime: await onnxruntime(), tensorFlow: tensorFlow() });
    }
    // On a machine that others use, the best round says more of what the runtime can do.
    const summary = (values: readonly number[]): string =>
      `${Math.round(median(values) / 1e9)} GFLOP/s (best ${Math.round(Math.max(...values) / 1e9)})`;
    const ratio = median(rates.map((rate) => rate.tensorFlow / rate.onnxruntime)).toFixed(2);
    console.log(
      `${size}³: tfjs-node ${summary(rates.map((rate) => rate.tensorFlow))}, onnxruntime-node ${summary(rates.map((rate) => rate.onnxruntime))}, ratio ${ratio}`,
    );
  }
}

try {
  await compare();
} catch (error) {
  if (!ProfitError.isInstance(error)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
