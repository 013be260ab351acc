import { describeOptions, type OptionDescription, type Registry } from '@profit-sft/core';
import type { CommandContext } from '../command-line/program.js';
import { textTable } from '../terminal/text-table.js';

interface ListedPlugin {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly options: readonly OptionDescription[];
}

/** Every plugin of a registry, as `profit list --json` prints it. */
export function listPlugins(registry: Registry) {
  const listed = (plugin: Parameters<typeof listedPlugin>[0]): ListedPlugin => listedPlugin(plugin);
  const { masking, backends, datasets, evaluators, annotators, launchers } = registry.plugins;
  return {
    masking: masking.map((plugin) => ({
      ...listed(plugin),
      needs: ['logProb', ...plugin.needs.filter((signal: string) => signal !== 'logProb')],
      binary: plugin.binary,
      normaliser: plugin.normaliser,
    })),
    backends: backends.map(listed),
    datasets: datasets.map(listed),
    evaluators: evaluators.map(listed),
    annotators: annotators.map(listed),
    launchers: launchers.map(listed),
  };
}

function listedPlugin(plugin: Registry['plugins'][keyof Registry['plugins']][number]): ListedPlugin {
  const { pluginName: name, description, source, options } = plugin;
  return { name, description, source, options: describeOptions(options) };
}

const headings = {
  masking: 'Masking rules',
  backends: 'Backends',
  datasets: 'Data sets',
  evaluators: 'Evaluators',
  annotators: 'Annotators',
  launchers: 'Launchers',
} as const;

export function runList({ json }: { json?: boolean }, { terminal, registry }: CommandContext): void {
  const list = listPlugins(registry);
  if (json === true) {
    terminal.out.write(`${JSON.stringify(list)}\n`);
    return;
  }
  const sections = Object.entries(headings).map(([key, heading]) => {
    const plugins = list[key as keyof typeof headings] as readonly ListedPlugin[];
    const entries = plugins.map(({ name, description, source, options }) => {
      const rows = options.map((option) => [
        `    ${option.name}`,
        option.expects,
        option.required ? 'required' : option.default === null ? '' : `default ${JSON.stringify(option.default)}`,
        option.description,
      ]);
      return `  ${name}: ${description}\n    source: ${source}${rows.length === 0 ? '' : `\n${textTable(rows)}`}`;
    });
    return `${heading}\n${entries.join('\n\n')}`;
  });
  terminal.out.write(`${sections.join('\n\n')}\n`);
}
