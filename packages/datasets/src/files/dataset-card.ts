import { parseDocument } from 'yaml';

/** A configuration of a data set: the globs of each split's files. */
export interface CardConfiguration {
  readonly name: string;
  readonly isDefault: boolean;
  readonly splits: readonly { readonly name: string; readonly patterns: readonly string[] }[];
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] => [value].flat().filter((item): item is string => typeof item === 'string');

/** `data_files` in each of its forms: globs, which are the split train; or a list of splits with their globs. */
function splitsOf(dataFiles: unknown): { name: string; patterns: string[] }[] {
  const plain = texts(dataFiles);
  if (plain.length > 0) return [{ name: 'train', patterns: plain }];
  const listed = Array.isArray(dataFiles)
    ? dataFiles.filter(isObject).map(({ split, path }) => ({ name: split, patterns: texts(path) }))
    : Object.entries(isObject(dataFiles) ? dataFiles : {}).map(([name, path]) => ({ name, patterns: texts(path) }));
  return listed.filter((split): split is { name: string; patterns: string[] } => typeof split.name === 'string');
}

/**
 * The configurations that a data set's card, the YAML at the head of its README.md, declares with `configs`
 * (https://huggingface.co/docs/hub/datasets-manual-configuration). None where the card has none or is no YAML: the names
 * of the files tell the splits then.
 */
export function cardConfigurations(readme: string): CardConfiguration[] {
  const head = /^\ufeff?---\r?\n(.*?)\r?\n---/s.exec(readme);
  if (head === null) return [];
  let card: unknown;
  try {
    // Every scalar as text: the core schema would read a name such as 0625 as a number.
    const document = parseDocument(head[1], { schema: 'failsafe' });
    if (document.errors.length > 0) return [];
    card = document.toJS({ maxAliasCount: 100 });
  } catch {
    // Too many aliases, or nested deeper than the parser's stack.
    return [];
  }
  const configs: unknown[] = isObject(card) && Array.isArray(card.configs) ? card.configs : [];
  return configs
    .filter(isObject)
    .map((config) => {
      const folder = typeof config.data_dir === 'string' ? `${config.data_dir.replace(/^\.\/|\/$/g, '')}/` : '';
      return {
        name: typeof config.config_name === 'string' ? config.config_name : 'default',
        isDefault: config.default === 'true',
        splits: splitsOf(config.data_files).map(({ name, patterns }) => ({
          name,
          patterns: patterns.map((pattern) => `${folder}${pattern.replace(/^\.\//, '')}`),
        })),
      };
    })
    .filter(({ splits }) => splits.length > 0);
}
