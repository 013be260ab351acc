import { expect, test } from 'vitest';
import { missingOutput, readmeExample, statedOutputs } from './readme-example.js';

const readme = [
  '```sh',
  'npm install --save-dev @profit-sft/core vitest',
  '```',
  '```ts',
  '// What is added.',
  'const one = 1; // a number',
  'console.log(one + one); // 2',
  'for (const x of [1, 2]) {',
  '  console.log(x);',
  '}',
  '// 1',
  '// 2',
  '',
  '// The end.',
  '```',
].join('\n');

test('the example is the first block, with what to install and what is printed', () => {
  const { install, source, outputs } = readmeExample(readme);
  expect(install).toEqual(['@profit-sft/core', 'vitest']);
  expect(source.startsWith('// What is added.\n')).toBe(true);
  expect(outputs).toEqual(['2', '1', '2']);
});

test('a README without example or installation is refused', () => {
  expect(() => readmeExample('npm install x')).toThrow('no block of TypeScript');
  expect(() => readmeExample('```ts\n1;\n```\n')).toThrow('npm install');
});

test('comments that are no output', () => {
  expect(statedOutputs('const a = 1; // one\n// two\nconsole.log(a);\nconst b = 2; // three\n')).toEqual([]);
});

test('outputs are looked for in order, whatever the white space', () => {
  expect(missingOutput(['[ 1, 2 ]', '3'], '[\n  1,\n  2\n]\n3\n')).toBeUndefined();
  expect(missingOutput(['3', '[ 1, 2 ]'], '[ 1, 2 ]\n3\n')).toBe('[ 1, 2 ]');
  expect(missingOutput(['4'], '3\n')).toBe('4');
});
