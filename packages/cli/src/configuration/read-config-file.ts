import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { InvalidConfigError, parseJson, ProfitError } from '@profit-sft/core';
import { parseDocument } from 'yaml';
import { loadModule } from './load-module.js';

const moduleExtensions = ['.ts', '.mts', '.js', '.mjs'];

/**
 * The content of a configuration file: JSON, YAML, or the default export of a module (a value, or a function that
 * returns one, perhaps asynchronously).
 *
 * @throws InvalidConfigError naming the file
 */
export async function readConfigFile(file: string): Promise<unknown> {
  const refuse = (message: string): never => {
    throw new InvalidConfigError(file, [{ path: '', message }]);
  };
  const extension = extname(file).toLowerCase();
  const isModule = moduleExtensions.includes(extension);
  if (!isModule && !['.json', '.yaml', '.yml'].includes(extension)) {
    return refuse(`is not a configuration file: expected .json, .yaml, .yml, ${moduleExtensions.join(', ')}`);
  }
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    refuse(error.code === 'ENOENT' ? 'no such file' : `cannot be read (${error.code ?? error.message})`),
  );
  if (extension === '.json') {
    try {
      return parseJson(text.replace(/^\uFEFF/, ''));
    } catch (error) {
      return refuse(`is not valid JSON: ${(error as Error).message}`);
    }
  }
  if (!isModule) {
    try {
      const document = parseDocument(text, { strict: true, uniqueKeys: true });
      const [problem] = document.errors;
      if (problem !== undefined) {
        const line = problem.linePos?.[0].line;
        return refuse(
          `is not valid YAML${line === undefined ? '' : `, line ${line}`}: ${problem.message.split('\n')[0]}`,
        );
      }
      return document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      if (ProfitError.isInstance(error)) throw error;
      // Too many aliases, or nested deeper than the parser's stack.
      return refuse(`is not valid YAML: ${(error as Error).message}`);
    }
  }
  const { default: exported } = await loadModule(file, file, file);
  if (exported === undefined) return refuse('has no default export');
  try {
    return structuredClone(typeof exported === 'function' ? await (exported as () => unknown)() : exported);
  } catch (error) {
    if (ProfitError.isInstance(error)) throw error;
    return refuse(`its default export cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}
