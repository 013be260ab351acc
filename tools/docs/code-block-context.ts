/** What surrounds the code of a page where the page says so in words, so that its blocks can be compiled as they stand. */
export interface CodeBlockContext {
  /** Files beside the blocks, by name. A number is the place of a block of the page, from 0. */
  readonly files?: Readonly<Record<string, string | number>>;
  /** Declarations before each block. */
  readonly declarations?: string;
  /** The page's blocks go on from one another. */
  readonly joined?: true;
}

const numbers = 'd q k f L V T A R K P H G blockQueries blockKeys blockPairs'.split(' ');

/** By page. Every other page's blocks compile as they are. */
export const codeBlockContexts: Readonly<Record<string, CodeBlockContext>> = {
  'docs/authoring-a-rule.md': { files: { 'soft-threshold.ts': 0 } },
  'docs/authoring-a-backend.md': {
    files: {
      'my-runtime.ts': [
        `import type { DeviceRuntime, DeviceValue } from '@profit-sft/engine';`,
        `export interface MyRuntime extends DeviceRuntime<DeviceValue> {}`,
        `export declare const MyRuntime: new () => MyRuntime;`,
      ].join('\n'),
      'index.ts': 0,
    },
  },
  'docs/cost.md': {
    declarations: [
      ...numbers.map((name) => `declare const ${name}: number;`),
      ...['tied', 'queryKeyNorm', 'keepsLogProbs'].map((name) => `declare const ${name}: boolean;`),
    ].join('\n'),
    joined: true,
  },
  // Transformers.js is installed by the reader: what tools/transformers-js tries with it.
  'docs/export.md': {
    files: {
      'huggingface-transformers.d.ts': [
        `declare module '@huggingface/transformers' {`,
        `  export const env: { allowRemoteModels: boolean; localModelPath: string };`,
        `  type Generate = (prompt: string, options: { max_new_tokens: number; do_sample: boolean; add_special_tokens: boolean }) => Promise<unknown>;`,
        `  export function pipeline(task: 'text-generation', model: string): Promise<Generate>;`,
        `}`,
      ].join('\n'),
    },
  },
  'packages/evaluators/README.md': {
    declarations: `declare const context: import('@profit-sft/core').EvaluationContext;`,
  },
  'packages/testing/README.md': {
    files: { 'index.ts': `export { default } from '../../../../../../examples/soft-threshold-rule/src/index.js';` },
  },
};
