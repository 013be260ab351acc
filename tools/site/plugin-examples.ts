import { builtinRegistry } from '@profit-sft/cli';
import { describeOptions, type MaskingRule, type Registry } from '@profit-sft/core';
import type { AnyPlugin, PluginKind } from './plugin-kinds.js';

type Options = Readonly<Record<string, unknown>>;

/** Values of options that have no default, for plugins that cannot be made without them. A test holds them to the schemas. */
export const requiredOptions: Readonly<Record<string, Options>> = {
  product: { rules: ['profit', 'eaft'] },
  chain: { rules: [{ name: 'profit', threshold: 0.1 }, 'rho-1'], normaliser: 'kept' },
  schedule: { stages: [{ until: 0.25, rule: 'sft' }, { rule: 'profit' }] },
  'by-source': { rules: { maths: 'profit', chat: 'dft' }, otherwise: 'sft' },
  keep: { rule: 'profit', endOfTurn: true },
  file: { path: 'train.csv', columns: { prompt: 'question', completion: 'answer' } },
  jsonl: { path: 'train.jsonl' },
  'reference-slice': { of: { name: 'file', path: 'train.jsonl' }, to: 3 },
  hub: { repository: 'gsm8k', split: 'train' },
  'openai-judge': { baseUrl: 'https://api.openai.com/v1', model: 'gpt-4.1-mini' },
};

/** Options as a configuration would give them: those that are required, and the defaults of the others. */
export function exampleOptions(plugin: AnyPlugin): Options {
  const defaults = describeOptions(plugin.options).filter((option) => option.default !== null);
  return {
    ...Object.fromEntries(defaults.map((option) => [option.name, option.default])),
    ...requiredOptions[plugin.pluginName],
  };
}

export interface PluginExample {
  readonly language: 'json' | 'sh';
  readonly text: string;
}

function json(value: unknown): PluginExample {
  return { language: 'json', text: JSON.stringify(value, undefined, 2) };
}

function readsReference({ needs, distributionTerm }: MaskingRule): boolean {
  return needs.some((signal) => signal.startsWith('reference')) || distributionTerm?.towards === 'reference';
}

const run = { model: 'models/base', data: { train: 'train.jsonl' } };

/** How a plugin is named, with its options, in a configuration, an ablation or a command. */
export const examplesOf: Readonly<Record<PluginKind, (plugin: AnyPlugin) => readonly PluginExample[]>> = {
  masking(plugin) {
    const options = exampleOptions(plugin);
    const reference = readsReference((builtinRegistry as unknown as Registry).masking(plugin.pluginName, options));
    const masking = { name: plugin.pluginName, ...options };
    return [json({ ...run, masking, ...(reference ? { reference: { model: 'models/reference' } } : {}) })];
  },
  backends(plugin) {
    const backend = { name: plugin.pluginName, ...exampleOptions(plugin) };
    // It trains nothing, so it may only run the reference model.
    if (plugin.pluginName === 'transformers') {
      return [json({ ...run, masking: 'rho-1', reference: { model: 'exported/reference', backend } })];
    }
    return [json({ ...run, backend })];
  },
  datasets(plugin) {
    return [json({ ...run, data: { train: { name: plugin.pluginName, ...exampleOptions(plugin) } } })];
  },
  evaluators(plugin) {
    const name = plugin.pluginName;
    const evaluations = { [name]: { evaluator: { name, ...exampleOptions(plugin) }, data: 'test.jsonl' } };
    return [
      { language: 'sh', text: `npx profit eval --model models/base --evaluator ${name} --data test.jsonl` },
      json({ run: 'run.json', axes: { seed: [0, 1, 2] }, evaluations }),
    ];
  },
  annotators(plugin) {
    const name = plugin.pluginName;
    const settings = Object.entries(requiredOptions[name] ?? {}).map(
      ([key, value]) => ` --set ${key}=${String(value)}`,
    );
    const command = `npx profit annotate --data train.jsonl --annotator ${name} --output labels.jsonl${settings.join('')}`;
    return [{ language: 'sh', text: command }];
  },
  launchers(plugin) {
    const launcher = JSON.stringify({ name: plugin.pluginName, ...exampleOptions(plugin) });
    return [{ language: 'sh', text: `npx profit ablate ablation.json --launcher '${launcher}'` }];
  },
};
