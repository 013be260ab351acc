import { relative, sep } from 'node:path';
import type { WrittenPackage } from './create-rule-package.js';

/** What to tell somebody whose package has just been written. */
export function nextSteps({ directory, files, packageName, rule }: WrittenPackage): string {
  const shown = relative(process.cwd(), directory).split(sep).join('/') || '.';
  const source = `${shown === '.' ? '' : `${shown}/`}src/index.ts`;
  const quoted = shown.includes(' ') ? `"${shown}"` : shown;
  return [
    `${packageName}: the masking rule "${rule}", in ${shown}`,
    ...files.map((file) => `  ${file}`),
    '',
    'Next:',
    ...(shown === '.' ? [] : [`  cd ${quoted}`]),
    '  npm install',
    '  npm test',
    '',
    'Write the rule in src/index.ts. A configuration takes it by path at once:',
    `  "masking": { "name": "${source.startsWith('../') ? '' : './'}${source}" }`,
    '',
  ].join('\n');
}
