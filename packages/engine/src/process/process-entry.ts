import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What a new process of Node.js starts with. */
export interface ProcessEntry {
  readonly entry: URL;
  readonly execArgv: readonly string[];
}

/**
 * The module `name` beside the one at `url`, as something to start a process with: in a checkout the sources run, as TypeScript; a build
 * has it as a file of its own. Of the compiler only the loader of modules is started: half a start's time is compiling.
 */
export function processEntry(url: string, name: string): ProcessEntry {
  if (!url.endsWith('.ts')) return { entry: new URL(`./${name}.js`, url), execArgv: [] };
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href;
  return {
    entry: new URL(`./${name}.ts`, url),
    execArgv: ['--conditions=@profit-sft/source', '--import', loader],
  };
}
