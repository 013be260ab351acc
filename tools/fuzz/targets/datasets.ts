import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cardConfigurations, loadFiles, splitFiles } from '@profit-sft/datasets';
import fc from 'fast-check';
import { jsonInputs, jsonLinesInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { mutatedBytes } from '../mutate-bytes.js';
import { textOf, writeInput } from '../write-input.js';

const fixtures = fileURLToPath(new URL('../../../packages/datasets/fixtures/', import.meta.url));
const seedsOf = (...extensions: string[]): Uint8Array[] =>
  readdirSync(fixtures)
    .filter((name) => extensions.some((extension) => name.endsWith(extension)))
    .map((name) => readFileSync(join(fixtures, name)));

const rows = [
  {
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
    ],
  },
  {
    conversations: [
      { from: 'human', value: 'a' },
      { from: 'gpt', value: 'b' },
    ],
    source: 's',
  },
  { prompt: 'a', completion: 'b' },
  { prompt: 'a', references: ['b', 'c'] },
  { prompt: 'a', nested: { deeper: [1, { text: 'x' }] } },
  { text: 'a' },
  { instruction: 'a', input: 'b', output: 'c' },
];
const csv = 'prompt,completion\n"a ""quoted""\nfield",b\r\nc,d\n';

/** The rows of a file, each read once. */
async function load(input: Uint8Array, folder: string, name: string, options: object = {}): Promise<void> {
  const dataset = await loadFiles([writeInput(folder, name, input)], options);
  for (let index = 0; index < dataset.length; index++) {
    dataset.row(index);
    dataset.origin(index);
  }
}

const columns = { prompt: 'question', completion: 'answers.0.text' };

const card = `---
configs:
- config_name: main
  default: true
  data_dir: data
  data_files:
  - split: train
    path: main/train-*.parquet
  - split: test
    path: ["main/test-*.parquet", "more/**"]
- config_name: other
  data_files: other/*.jsonl
tags: &tags [a, b]
again: *tags
---
# A data set
`;
const listed = ['README.md', 'data/main/train-00000-of-00001.parquet', 'data/main/test-00000.parquet', 'other/a.jsonl'];

export const datasetTargets: readonly FuzzTarget[] = [
  {
    name: 'jsonl',
    reads: 'JSON Lines',
    source: 'packages/datasets/src/formats/read-json.ts',
    inputs: jsonLinesInputs(rows),
    parse: (input, folder) => load(input, folder, 'rows.jsonl'),
  },
  {
    name: 'json',
    reads: 'JSON documents, with columns by path',
    source: 'packages/datasets/src/formats/read-json.ts',
    inputs: jsonInputs([
      rows,
      { list: [{ question: 'a', answers: [{ text: 'b' }] }] },
      [{ question: 'a', answers: [{ text: 3 }] }],
    ]),
    async parse(input, folder) {
      // With a list's key and without, with columns and without: what one refuses another may take.
      const readings = [{}, { key: 'list', columns }, { columns }].map((options) =>
        load(input, folder, 'rows.json', options),
      );
      const settled = await Promise.allSettled(readings);
      const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      if (failures.length === readings.length) throw failures[0];
    },
  },
  {
    name: 'csv',
    reads: 'CSV and TSV',
    source: 'packages/datasets/src/formats/read-separated-values.ts',
    inputs: mutatedBytes([csv, csv.replaceAll(',', '\t'), '\ufeffprompt,completion\na,b\n']),
    parse: (input, folder) => load(input, folder, input.includes(0x09) ? 'rows.tsv' : 'rows.csv'),
  },
  {
    name: 'gzip',
    reads: 'gzip files of JSON',
    source: 'packages/datasets/src/formats/read-bytes.ts',
    inputs: mutatedBytes(seedsOf('.gz')),
    parse: (input, folder) => load(input, folder, 'rows.json.gz', { columns: { text: 'question' } }),
  },
  {
    name: 'parquet',
    reads: 'Parquet',
    source: 'packages/datasets/src/formats/read-parquet.ts',
    inputs: mutatedBytes(seedsOf('.parquet')),
    parse: (input, folder) => load(input, folder, 'rows.parquet', { columns: { text: 'question' } }),
  },
  {
    name: 'arrow',
    reads: 'Arrow files and streams',
    source: 'packages/datasets/src/formats/read-arrow.ts',
    inputs: mutatedBytes(seedsOf('.arrow', '.feather')),
    parse: (input, folder) => load(input, folder, 'rows.arrow', { columns: { text: 'question' } }),
  },
  {
    name: 'dataset-card',
    times: 4,
    reads: 'YAML of data set cards',
    source: 'packages/datasets/src/files/dataset-card.ts',
    inputs: fc.oneof(mutatedBytes([card])),
    parse(input) {
      const configurations = cardConfigurations(textOf(input));
      return splitFiles({ files: listed, configurations, name: 'card', config: 'main', split: 'train' });
    },
  },
];
