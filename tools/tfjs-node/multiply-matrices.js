/**
 * Loads the package in the folder that is its argument, multiplies two matrices with it and compares the product with one in
 * float64. A process of its own, because a library that does not fit may end the process that loads it. Prints one line of JSON.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import './removed-util-functions.js';

const folder = process.argv[2];
const tf = createRequire(join(folder, 'package.json'))(folder);
const [rows, inner, columns] = [67, 131, 43];
const entries = (count, phase) => Float32Array.from({ length: count }, (_, index) => Math.sin(index * 0.7 + phase));
const left = entries(rows * inner, 0);
const right = entries(inner * columns, 1);
const product = tf.matMul(tf.tensor2d(left, [rows, inner]), tf.tensor2d(right, [inner, columns])).dataSync();

let largestError = 0;
for (let row = 0; row < rows; row++) {
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += left[row * inner + k] * right[k * columns + column];
    largestError = Math.max(largestError, Math.abs(product[row * columns + column] - sum));
  }
}
// Sums of 131 products of numbers below 1, in float32. Also fails where the error is not a number.
if (!(largestError < 1e-4)) throw new Error(`the matrix product of ${folder} is off by ${largestError}`);
console.log(
  JSON.stringify({
    backend: tf.getBackend(),
    tensorFlow: tf.backend().binding.TF_Version,
    tensorFlowJs: tf.version['tfjs-node'],
    largestError,
  }),
);
