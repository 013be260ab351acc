import { builtinRegistry, listPlugins } from '@profit-sft/cli';
import { parseRunConfig, type Registry } from '@profit-sft/core';
import { parseAblation } from '@profit-sft/experiments';
import { describe, expect, test } from 'vitest';
import { bashCommands } from '../docs/bash-commands.js';
import { commandProblem } from '../docs/command-problem.js';
import { markdownFiles } from '../docs/markdown-files.js';
import { examplesOf, requiredOptions } from './plugin-examples.js';
import { pluginKinds, pluginPath, pluginsOf } from './plugin-kinds.js';
import { pluginPages } from './plugin-pages.js';

const registry = builtinRegistry as unknown as Registry;
const make = {
  masking: (name: string, options?: unknown) => registry.masking(name, options),
  backends: (name: string, options?: unknown) => registry.backend(name, options),
  datasets: (name: string, options?: unknown) => registry.dataset(name, options),
  evaluators: (name: string, options?: unknown) => registry.evaluator(name, options),
  annotators: (name: string, options?: unknown) => registry.annotator(name, options),
  launchers: (name: string, options?: unknown) => registry.launcher(name, options),
} as const;

const pages = await pluginPages(markdownFiles());
const plugins = pluginKinds.flatMap(({ kind }) =>
  pluginsOf(kind).map((plugin) => ({ kind, plugin, name: plugin.pluginName })),
);

test('each plugin of profit list has a page, and each page a plugin', () => {
  const listed = Object.entries(listPlugins(builtinRegistry)).flatMap(([kind, ofKind]) => {
    const folder = pluginKinds.find((other) => other.kind === kind)?.folder ?? 'none';
    return ofKind.map(({ name }) => pluginPath(folder, name));
  });
  expect(pages.map(({ path }) => path).sort()).toEqual(listed.sort());
});

test('a rule has its weight from the guide, its signals and its options on its page', () => {
  const text = pages.find(({ path }) => path === 'plugins/masking-rules/rho-1.md')?.text ?? '';
  expect(text).toContain(String.raw`$\ell - \ell_\mathrm{ref}$`);
  expect(text).toContain('`referenceLogProb`');
  expect(text).toContain('| `fraction` | `number in [0, 1]` | `0.6` |');
});

test('every rule and every evaluator is in its guide', () => {
  const guided = ['masking-rules', 'evaluators'].map((folder) => `plugins/${folder}/`);
  const silent = pages.filter(
    ({ path, text }) => guided.some((start) => path.startsWith(start)) && !text.includes('## What it does'),
  );
  expect(silent.map(({ path }) => path)).toEqual([]);
});

describe('examples', () => {
  test.each(plugins.map(({ kind, plugin, name }) => [name, kind, plugin] as const))(
    'of %s (%s) are accepted',
    async (name, kind, plugin) => {
      for (const { language, text } of examplesOf[kind](plugin)) {
        if (language === 'sh') {
          const commands = await bashCommands(text);
          expect(commands).toHaveLength(1);
          expect(await commandProblem(commands[0])).toBeUndefined();
          continue;
        }
        const value = JSON.parse(text) as Record<string, unknown>;
        if ('axes' in value) {
          const { evaluations } = parseAblation(value, 'example');
          const { name: evaluator, ...options } = evaluations[name].evaluator as { name: string };
          make.evaluators(evaluator, options);
          continue;
        }
        const config = parseRunConfig(value);
        const named = {
          masking: config.masking,
          backends: config.reference?.backend ?? config.backend,
          datasets: config.data.train,
        };
        const { name: used, ...options } = named[kind as keyof typeof named] as { name: string };
        expect(used).toBe(name);
        make[kind](used, options);
      }
    },
  );

  test('give options to those plugins only that cannot be made without', () => {
    const needy = plugins.filter(({ kind, name }) => {
      try {
        make[kind](name);
        return false;
      } catch {
        return true;
      }
    });
    expect(needy.map(({ name }) => name).sort()).toEqual(Object.keys(requiredOptions).sort());
  });
});
