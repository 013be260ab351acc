import { builtinRegistry } from '@profit-sft/cli';

export type PluginKind = keyof typeof builtinRegistry.plugins;
export type AnyPlugin = (typeof builtinRegistry.plugins)[PluginKind][number];

export interface KindOfPlugins {
  readonly kind: PluginKind;
  /** Folder of its pages on the site, below `plugins/`. */
  readonly folder: string;
  readonly title: string;
  /** What one of them is called, with its article. */
  readonly one: string;
  /** The pages about them that are written by hand, from the repository's root, and what they are called. */
  readonly guides: readonly { readonly path: string; readonly title: string }[];
}

/** The kinds of plugins of a registry, in the order of `profit list`. */
export const pluginKinds: readonly KindOfPlugins[] = [
  {
    kind: 'masking',
    folder: 'masking-rules',
    title: 'Masking rules',
    one: 'a masking rule',
    guides: [{ path: 'docs/masking-rules.md', title: 'Masking rules' }],
  },
  {
    kind: 'backends',
    folder: 'backends',
    title: 'Backends',
    one: 'a backend',
    guides: [{ path: 'docs/engine.md', title: 'The engine' }],
  },
  {
    kind: 'datasets',
    folder: 'data-sets',
    title: 'Data sets',
    one: 'a data set',
    guides: [{ path: 'docs/data.md', title: 'Data' }],
  },
  {
    kind: 'evaluators',
    folder: 'evaluators',
    title: 'Evaluators',
    one: 'an evaluator',
    guides: [
      { path: 'docs/evaluation.md', title: 'Evaluation' },
      { path: 'packages/evaluators/README.md', title: 'the package' },
    ],
  },
  {
    kind: 'annotators',
    folder: 'annotators',
    title: 'Annotators',
    one: 'an annotator',
    guides: [{ path: 'docs/annotation.md', title: 'Core and trivial tokens' }],
  },
  {
    kind: 'launchers',
    folder: 'launchers',
    title: 'Launchers',
    one: 'a launcher',
    guides: [{ path: 'docs/clusters.md', title: 'Running on a cluster' }],
  },
];

export function pluginsOf(kind: PluginKind): readonly AnyPlugin[] {
  return builtinRegistry.plugins[kind];
}

/** A plugin's page, from the site's root. */
export function pluginPath(folder: string, name: string): string {
  return `plugins/${folder}/${name}.md`;
}
