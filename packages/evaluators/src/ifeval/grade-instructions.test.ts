import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@profit-sft/core';
import { describe, expect, it, test } from 'vitest';
import { hasTestData, testData } from '../testing-data/test-data.js';
import { gradeInstructions, type InstructionRow } from './grade-instructions.js';
import { instructions } from './instructions.js';

const row = (...pairs: readonly (readonly [id: string, keywordArguments: Json])[]): InstructionRow => ({
  instruction_id_list: pairs.map(([id]) => id),
  kwargs: pairs.map(([, keywordArguments]) => keywordArguments),
});

describe('gradeInstructions', () => {
  it('is strict about the response and loose about its first and last line and its asterisks', async () => {
    const both = row(['punctuation:no_comma', {}], ['detectable_format:json_format', {}]);
    expect(await gradeInstructions(both, 'Sure, here:\n{"a": 1}')).toEqual([
      { id: 'punctuation:no_comma', strict: false, loose: true },
      { id: 'detectable_format:json_format', strict: false, loose: true },
    ]);
    expect(await gradeInstructions(both, '[1]')).toEqual([
      { id: 'punctuation:no_comma', strict: true, loose: true },
      { id: 'detectable_format:json_format', strict: true, loose: true },
    ]);
    expect((await gradeInstructions(both, 'a, b'))[0]).toEqual({
      id: 'punctuation:no_comma',
      strict: false,
      loose: false,
    });
  });

  it('a blank response follows nothing', async () => {
    for (const response of ['', ' \n\t', '\u3000']) {
      expect(await gradeInstructions(row(['punctuation:no_comma', {}]), response)).toEqual([
        { id: 'punctuation:no_comma', strict: false, loose: false },
      ]);
    }
  });

  it('says what cannot be graded, and grades the rest', async () => {
    const broken: InstructionRow = {
      instruction_id_list: ['keywords:frequency', 'format:unknown', 'punctuation:no_comma', 'startend:quotation'],
      kwargs: [{ keyword: 'a' }, {}, {}],
    };
    const verdicts = await gradeInstructions(broken, 'text');
    expect(verdicts.map(({ strict, problem }) => [strict, problem])).toEqual([
      [false, 'keywords:frequency: relation must be "less than" or "at least", it is missing'],
      [false, 'format:unknown is no instruction of IFEval'],
      [true, undefined],
      [false, 'startend:quotation: the row has no kwargs for it'],
    ]);
  });
});

describe('hostile responses', () => {
  const length = 1e6;
  const responses = {
    'one letter': 'a'.repeat(length),
    'white space': ' '.repeat(length),
    'white space and a letter': `${'\n'.repeat(length)}x${' '.repeat(length)}`,
    'lone surrogates': '\ud800'.repeat(length),
    brackets: '['.repeat(length),
    'angle brackets': '<'.repeat(length),
    asterisks: '*'.repeat(length),
    'asterisks and spaces': '* '.repeat(length / 2),
    'full stops': '. '.repeat(length / 2),
    quotes: `"'`.repeat(length / 2),
    'nested JSON': '['.repeat(length / 2) + ']'.repeat(length / 2),
    'unfinished strings': '"\\'.repeat(length / 2) + 'NaN',
    lines: 'Section 1\n- a, b\n\n'.repeat(length / 20),
  };
  const all = row(
    ...[...instructions.keys()].map((id) => {
      const relations = { relation: 'at least', let_relation: 'at least', capital_relation: 'at least' };
      const counts = { num_words: 1e9, num_sentences: 1e9, frequency: 1e9, let_frequency: 1e9, capital_frequency: 1e9 };
      const texts = { keyword: 'aaaaaaab', letter: 'q', language: 'fi', first_word: 'q', postscript_marker: 'P.S.' };
      const more = { keywords: ['(a+)+$'], forbidden_words: ['aaaaaaab'], section_spliter: '(a+)+', end_phrase: 'q' };
      const formats = { num_bullets: 1e9, num_highlights: 1e9, num_placeholders: 1e9, num_sections: 1e9 };
      const paragraphs = { num_paragraphs: 1e9, nth_paragraph: 1, prompt_to_repeat: 'q' };
      return [id, { ...relations, ...counts, ...texts, ...more, ...formats, ...paragraphs }] as const;
    }),
  );

  test.each(Object.entries(responses))('%s', async (_, response) => {
    await gradeInstructions(all, 'Read the models once.');
    const before = process.cpuUsage();
    const verdicts = await gradeInstructions(all, response);
    // All 25 instructions and up to eight variants of a megabyte each.
    expect(process.cpuUsage(before).user / 1000, 'milliseconds of the processor').toBeLessThan(12_000);
    expect(verdicts.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });
});

interface GradedResponse extends InstructionRow {
  readonly key: number;
  readonly response: string;
  readonly strict: readonly boolean[];
  readonly loose: readonly boolean[];
}

describe('verdicts of the official checker on responses of GPT-4', () => {
  test.skipIf(!hasTestData)('agrees with 98 % and more (needs PROFIT_TEST_DATA)', async () => {
    const file = await readFile(join(testData, 'conformance/ifeval/gpt4_verdicts_half.jsonl'), 'utf8');
    const graded = file
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as GradedResponse);
    const differing = { strict: [] as string[], loose: [] as string[] };
    let count = 0;
    for (const one of graded) {
      const verdicts = await gradeInstructions(one, one.response);
      count += verdicts.length;
      for (const [index, { id, strict, loose, problem }] of verdicts.entries()) {
        expect(problem).toBeUndefined();
        if (strict !== one.strict[index]) differing.strict.push(`${one.key} ${id}`);
        if (loose !== one.loose[index]) differing.loose.push(`${one.key} ${id}`);
      }
    }
    expect(count).toBe(419);
    // Listed with their reasons in docs/results/ifeval-agreement.md.
    expect(differing).toEqual({
      strict: ['202 change_case:english_lowercase', '2341 change_case:english_capital'],
      loose: ['202 change_case:english_lowercase', '2341 change_case:english_capital'],
    });
  });

  test.skipIf(!hasTestData)('every prompt of the benchmark can be graded (needs PROFIT_TEST_DATA)', async () => {
    const file = await readFile(join(testData, 'benchmarks/ifeval/input_data.jsonl'), 'utf8');
    const rows = file
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as InstructionRow);
    expect(rows.length).toBe(541);
    const verdicts = (await Promise.all(rows.map((one) => gradeInstructions(one, 'x')))).flat();
    expect(verdicts.length).toBe(834);
    expect(verdicts.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });
});
