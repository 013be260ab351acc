import type { RuleNames } from '../rule-names.js';
import type { Versions } from '../versions.js';

/** `package.json`. Core is a peer, because rules and the command have to share the registry that looks names up. */
export function packageManifest({ rule, packageName }: RuleNames, versions: Versions): string {
  const manifest = {
    name: packageName,
    version: '0.1.0',
    description: `The masking rule ${rule} for ProFit`,
    keywords: ['profit-sft', 'masking-rule'],
    type: 'module',
    sideEffects: false,
    engines: { node: versions.node },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    files: ['dist', 'README.md'],
    scripts: {
      build: 'tsup',
      test: 'vitest run',
      typecheck: 'tsc -p tsconfig.json',
      prepack: 'tsup',
    },
    // Scoped packages are private on npm unless they say otherwise.
    ...(packageName.startsWith('@') ? { publishConfig: { access: 'public' } } : {}),
    peerDependencies: { '@profit-sft/core': `^${versions.profit}` },
    devDependencies: {
      '@profit-sft/core': versions.profit,
      '@profit-sft/testing': versions.profit,
      tsup: versions.tsup,
      typescript: versions.typescript,
      vitest: versions.vitest,
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
