/**
 * npm run tfjs-node -- --out DIRECTORY: a working @tensorflow/tfjs-node where libtensorflow cannot be downloaded, built against the
 * TensorFlow of the PyPI wheel. `--node-directory DIRECTORY` names where Node's headers are, should they not be beside Node.
 */
import { parseArgs } from 'node:util';
import { ProfitError } from '@profit-sft/core';
import { buildPackage } from './build-package.js';
import { packageIn } from './built-package.js';

const usage = 'npm run tfjs-node -- --out DIRECTORY [--node-directory DIRECTORY]';

try {
  const { out, 'node-directory': nodeDirectory } = readArguments();
  const answer = await buildPackage(out, { nodeDirectory, report: (line) => console.error(line) });
  const { tensorFlow, tensorFlowJs, backend, largestError } = answer;
  console.error(
    `  right to ${largestError.toExponential(1)}: tfjs-node ${tensorFlowJs}, backend "${backend}", TensorFlow ${tensorFlow}`,
  );
  console.error('To use it, set:');
  console.log(`PROFIT_TFJS_NODE=${packageIn(out)}`);
} catch (error) {
  if (!ProfitError.isInstance(error)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

function readArguments(): { out: string; 'node-directory'?: string } {
  const options = { out: { type: 'string' }, 'node-directory': { type: 'string' } } as const;
  try {
    const { values } = parseArgs({ options });
    if (values.out) return { ...values, out: values.out };
  } catch (cause) {
    throw new ProfitError('config', `${(cause as Error).message}\nUsage: ${usage}`, { cause });
  }
  throw new ProfitError('config', `--out is required: the directory to fill.\nUsage: ${usage}`);
}
