import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

let bundled: Promise<string> | undefined;

/**
 * `engine-training-step.ts` as JavaScript, as users run the engine: a process that compiles TypeScript holds some 80 MB for that. The
 * optimiser's worker lies beside it, where the engine looks for it.
 */
export function bundledEngine(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  // Within the repository, so that onnxruntime-node, which is not bundled, is found from there.
  const folder = join(root, 'node_modules', '.cache', 'profit-bench');
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: {
      'engine-training-step': join(root, 'tools/bench/engine-training-step.ts'),
      'adamw-worker': join(root, 'packages/backend-onnxruntime/src/optimizer/adamw-worker.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.js' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@profit-sft/source'],
    external: ['onnxruntime-node'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return join(folder, 'engine-training-step.js');
}
