#!/usr/bin/env node
import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (!((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22)) {
  const needed = 'Node 20 (20.19 or later), or Node 22.12 or later';
  process.stderr.write(`create-plugin: needs ${needed}, and this is ${process.version}\n`);
  process.exit(7);
}

if (existsSync(new URL('../src/main.ts', import.meta.url))) {
  // A checkout of the repository: run the sources, so that nothing has to be built.
  const { register: registerHook } = await import('node:module');
  const { register: registerTypeScript } = await import('tsx/esm/api');
  registerTypeScript();
  const hook = `export const resolve = (specifier, context, next) =>
    next(specifier, { ...context, conditions: ['@profit-sft/source', ...context.conditions] });`;
  registerHook(`data:text/javascript,${encodeURIComponent(hook)}`);
  await import('../src/main.ts');
} else {
  await import('../dist/main.js');
}
