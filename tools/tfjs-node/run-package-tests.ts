/**
 * Runs the test suite of tfjs-core and tfjs-node, which their npm packages carry, with the binding that PROFIT_TFJS_NODE names:
 * npx tsx --conditions=@profit-sft/source tools/tfjs-node/run-package-tests.ts
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ProfitError } from '@profit-sft/core';
import { requireBuiltPackage } from './built-package.js';

/** Specs of tfjs-node itself that need no file of its source repository. */
const ownSpecs = ['nodejs_kernel_backend_test', 'tfjs_binding_test', 'int64_tensors_test'];

/** tfjs-node's `run_tests.js` finds its own specs as TypeScript sources, which the npm package lacks. */
function withOwnSpecs(source: string): string {
  return source.replace('runner.execute()', `${ownSpecs.map((spec) => `require('./${spec}');`).join('\n')}\n$&`);
}

/** One bundle has tfjs-core as classes, which compiled ES5 cannot call as functions. */
function constructsBase(source: string): string {
  return source.replace('_super.call(this) || this', 'Reflect.construct(_super, [], new.target)');
}

function changedSources(folder: string): Plugin {
  const changes: Record<string, (source: string) => string> = {
    [join(folder, 'dist/run_tests.js')]: withOwnSpecs,
    [join(folder, 'dist/nodejs_kernel_backend.js')]: constructsBase,
  };
  return {
    name: 'changed-sources',
    setup({ onLoad }) {
      onLoad({ filter: /(run_tests|nodejs_kernel_backend)\.js$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const change = changes[path];
        if (change === undefined) return undefined;
        const contents = change(source);
        if (contents === source) throw new Error(`${path}: is not as in tfjs-node 4.22`);
        return { contents };
      });
    },
  };
}

/**
 * Bundles the suite, because the test files of tfjs-core are modules whose imports Node does not resolve.
 * @returns the bundle, beside `node_modules`, where jasmine lies
 */
async function bundleSuite(folder: string): Promise<string> {
  const bundle = resolve(folder, '../../../package-tests.cjs');
  await build({
    entryPoints: [join(folder, 'dist/run_tests.js')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    // The packages declare their test files free of side effects.
    ignoreAnnotations: true,
    external: ['jasmine', 'yargs', '@mapbox/node-pre-gyp'],
    define: { __dirname: JSON.stringify(join(folder, 'dist')) },
    plugins: [changedSources(folder)],
    logLevel: 'error',
  });
  return bundle;
}

try {
  const folder = await requireBuiltPackage();
  const bundle = await bundleSuite(folder);
  const environment = { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env };
  const suite = spawn(process.execPath, [bundle], { cwd: folder, env: environment, stdio: 'inherit' });
  process.exitCode = await new Promise<number>((end) => suite.on('close', (code) => end(code ?? 1)));
} catch (error) {
  if (!ProfitError.isInstance(error)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
