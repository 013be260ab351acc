import { builtinRegistry } from '@profit-sft/cli';
import { parseRunConfig, type Registry } from '@profit-sft/core';
import { parseAblation } from '@profit-sft/experiments';
import { expect, test } from 'vitest';
import { codeBlocks, markdownFiles } from './markdown-files.js';

const registry = builtinRegistry as unknown as Registry;
type Reference = string | (Readonly<Record<string, unknown>> & { readonly name: string });

const make = {
  masking: (name: string, options: unknown) => registry.masking(name, options),
  backend: (name: string, options: unknown) => registry.backend(name, options),
  dataset: (name: string, options: unknown) => registry.dataset(name, options),
} as const;

/** Makes a plugin of the command's own by its name; one of the reader's, by a path or in a package, is not there to be made. */
function makePlugin(kind: keyof typeof make, reference: Reference, plugins: readonly string[] = []): void {
  const { name, ...options } = typeof reference === 'string' ? { name: reference } : reference;
  if (!/^[./@]/.test(name) && plugins.length === 0) make[kind](name, options);
}

/** Checks a block by what it is; false where it is nothing that is known here. */
function checked(value: Readonly<Record<string, unknown>>): boolean {
  if ('axes' in value) {
    parseAblation(value, 'the block');
  } else if ('model' in value) {
    const { masking, backend, data, plugins } = parseRunConfig(value);
    makePlugin('masking', masking as Reference, plugins);
    makePlugin('backend', backend as Reference, plugins);
    for (const rows of [data.train, data.eval]) {
      if (typeof rows === 'object') makePlugin('dataset', rows as Reference, plugins);
    }
  } else if (typeof value.name === 'string') {
    const isRule = builtinRegistry.plugins.masking.some(({ pluginName }) => pluginName === value.name);
    makePlugin(isRule ? 'masking' : 'dataset', value as Reference);
  } else {
    return false;
  }
  return true;
}

/** Blocks that are no configuration, by their page. */
const others: Readonly<Record<string, string>> = {
  'packages/evaluators/README.md': 'a row of IFEval: its instructions are checked by the code below it, which is run',
  'examples/soft-threshold-rule/README.md': 'a key of run.json, which the example trains',
};

const blocks = markdownFiles().flatMap(({ path, text }) =>
  codeBlocks(text, 'json').map((block, index) => [path, index + 1, block] as const),
);

test.each(blocks)('in %s, block %i of JSON is what the schemas take', (path, _, block) => {
  expect(checked(JSON.parse(block) as Record<string, unknown>)).toBe(!(path in others));
});

test('every page that is left out has a block', () => {
  expect(blocks.map(([path]) => path)).toEqual(expect.arrayContaining(Object.keys(others)));
});
