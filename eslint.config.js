import javascript from '@eslint/js';
import typescript from 'typescript-eslint';
import { layers, packagesAbove } from './tools/ci/layers.js';

const tests = (name) => [
  `packages/${name}/**/*.test.ts`,
  `packages/${name}/**/*.test-d.ts`,
  `packages/${name}/src/**/testing{,-*}/**`,
];
const escaped = (specifier) => specifier.replace(/\./g, '\\.').replaceAll('/', '\\u002f');
const anyOf = (specifiers) => `(?:${specifiers.map(escaped).join('|')})(?:\\u002f|$)`;

/** Refuses static and dynamic imports whose specifier matches `pattern`. */
function refuse(pattern, message) {
  const crossPackage = { regex: String.raw`^(\.\./)+[\w-]+/src/`, message: 'Import the package by its name.' };
  return {
    'no-restricted-imports': ['error', { patterns: [{ regex: pattern, message }, crossPackage] }],
    'no-restricted-syntax': ['error', { selector: `ImportExpression > Literal[value=/${pattern}/]`, message }],
  };
}

/** Import directions: sources see only what `layers` lists; tests see anything but the packages above. */
function importDirections([name, { packages, external, bundled = [], optional = [] }]) {
  const ours = [name, ...packages, ...optional].map((used) => `@profit-sft/${used}`);
  const allowed = [...ours, ...external, ...bundled];
  const above = packagesAbove(name).map((higher) => `@profit-sft/${higher}`);
  const sources = {
    files: [`packages/${name}/src/**/*.ts`],
    ignores: tests(name),
    rules: refuse(
      `^(?!\\.|node:|${anyOf(allowed)})`,
      `${name} may import only Node's modules (as node:…)${allowed.length > 1 ? `, ${allowed.slice(1).join(', ')}` : ''}: see tools/ci/layers.js.`,
    ),
  };
  if (above.length === 0) return [sources];
  return [
    sources,
    {
      files: tests(name),
      rules: refuse(`^${anyOf(above)}`, `${name} lies below this package: see tools/ci/layers.js.`),
    },
  ];
}

export default typescript.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/.nx/**',
      '**/coverage/**',
      '**/fixtures/**',
      '**/out/**',
      'runs/**',
    ],
  },
  javascript.configs.recommended,
  ...typescript.configs.recommended,
  {
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', performance: 'readonly', URL: 'readonly' },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      eqeqeq: ['error', 'always'],
    },
  },
  {
    // Type tests make values only to look at their types.
    files: ['**/*.test-d.ts'],
    rules: { '@typescript-eslint/no-unused-vars': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
  ...Object.entries(layers).flatMap(importDirections),
);
