import { describe, expect, test } from 'vitest';
import { cardConfigurations } from './dataset-card.js';
import { splitFiles, splitsOf } from './split-files.js';

const ask = (files: string[], more: { config?: string; split?: string; readme?: string } = {}): string[] => {
  const { readme = '', ...request } = more;
  return splitFiles({ files, configurations: cardConfigurations(readme), name: 'acme/set', ...request });
};
const names = (files: string[]): string[] =>
  splitsOf({ files, configurations: [], name: 'acme/set' }).map(({ name }) => name);

describe('splits by the names of files', () => {
  test.each([
    [['data.csv', 'README.md'], ['train']],
    [
      ['train.csv', 'dev.csv', 'my-eval.csv'],
      ['train', 'validation', 'test'],
    ],
    [
      ['train/1.jsonl', 'train/2.jsonl', 'testing/1.jsonl', 'notes.json'],
      ['train', 'test'],
    ],
    [
      [
        'data/train_sft-00000-of-00002.parquet',
        'data/train_sft-00001-of-00002.parquet',
        'data/abc-00000-of-00001.parquet',
      ],
      ['train_sft', 'abc'],
    ],
    [
      ['train/data-00000-of-00001.arrow', 'train/state.json', 'test/data-00000-of-00001.arrow', 'dataset_dict.json'],
      ['train', 'test'],
    ],
    [['contest.csv', 'attest.csv'], ['train']],
  ])('%j', (files, splits) => expect(names(files)).toEqual(splits));

  test('the chosen split', () => {
    const files = ['train.csv', 'test.csv', 'test.csv.gz', 'README.md'];
    expect(ask(files, { split: 'test' })).toEqual(['test.csv', 'test.csv.gz']);
    expect(() => ask(files)).toThrow('acme/set has several splits; say which with "split": train, test');
    expect(() => ask(files, { split: 'dev' })).toThrow('has no split "dev"; it has train, test');
    expect(() => ask(['loader.py', 'README.md'])).toThrow('has no file of a format that is read; it has loader.py');
  });

  test('folders of configurations', () => {
    const files = ['main/train/0000.parquet', 'main/test/0000.parquet', 'socratic/train/0000.parquet'];
    expect(ask(files, { config: 'main', split: 'train' })).toEqual(['main/train/0000.parquet']);
    expect(() => ask(files)).toThrow('several configs; say which with "config": main, socratic');
    expect(() => ask(files, { config: 'mian' })).toThrow('has no config "mian"; it has main, socratic');
    const plain = ['main/train-00000-of-00001.parquet', 'socratic/train-00000-of-00001.parquet'];
    expect(ask(plain, { config: 'main' })).toEqual([plain[0]]);
  });

  test('a part that is missing', () => {
    const files = ['train-00000-of-00003.parquet', 'train-00002-of-00003.parquet'];
    expect(() => ask(files)).toThrow('only 2 of the 3 parts of train are here');
  });
});

describe('splits as the card declares them', () => {
  const readme = [
    '---',
    'license: mit',
    'configs:',
    '- config_name: main',
    '  data_files:',
    '  - split: train',
    '    path: main/train-*',
    '  - split: test',
    '    path: [main/test-*, ./extra/*.csv]',
    '- config_name: 0625',
    '  data_dir: other',
    '  data_files: "*.jsonl"',
    '---',
    '# A set',
  ].join('\n');
  const files = ['main/train-0.parquet', 'main/test-0.parquet', 'extra/1.csv', 'extra/1.md', 'other/a.jsonl'];

  test('by config and split', () => {
    expect(ask(files, { readme, config: 'main', split: 'train' })).toEqual(['main/train-0.parquet']);
    expect(ask(files, { readme, config: 'main', split: 'test' })).toEqual(['main/test-0.parquet', 'extra/1.csv']);
    expect(ask(files, { readme, config: '0625' })).toEqual(['other/a.jsonl']);
    expect(() => ask(files, { readme })).toThrow('several configs; say which with "config": main, 0625');
    expect(() => ask(files, { readme, config: 'main' })).toThrow('several splits');
    expect(() => ask(['main/test-0.parquet'], { readme, config: 'main', split: 'train' })).toThrow('no file fits');
  });

  test('the default configuration', () => {
    expect(
      ask(files, { readme: readme.replace('- config_name: 0625', '- config_name: 0625\n  default: true') }),
    ).toEqual(['other/a.jsonl']);
  });

  test.each(['', '# plain', '---\nconfigs: 3\n---', '---\na: [\n---', '---\nconfigs: [{data_files: {}}]\n---'])(
    'no card: %j',
    (text) => expect(cardConfigurations(text)).toEqual([]),
  );

  test('a card that nests deeper than its parser can follow is none', () => {
    expect(cardConfigurations(`---\nconfigs:\n${'- '.repeat(5000)}\n---\n`)).toEqual([]);
  });
});
