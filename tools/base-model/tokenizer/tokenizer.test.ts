import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { afterAll, describe, expect, it } from 'vitest';
import { openTokenizer } from '@profit-sft/tokenizers';
import { generateProblems } from '../../../examples/word-problems/generator/problems.js';
import { toRow } from '../../../examples/word-problems/generator/rows.js';
import { takeDocuments } from '../base-text.js';
import { preTokenize } from './pre-tokenize.js';
import { beginId, endId, specialTokenList, tokenizerConfig, tokenizerJson, writeTokenizer } from './tokenizer-files.js';
import { trainBytePairEncoding } from './train-byte-pair-encoding.js';

const encoding = trainBytePairEncoding(takeDocuments(1, 1500), 700, specialTokenList);
const library = new Tokenizer(tokenizerJson(encoding), tokenizerConfig(512));
const rows = generateProblems({ seed: 1, count: 100, split: 'train' }).map(toRow);
const strange = [
  'naïve café — “quotes”',
  '日本語 and Ελληνικά',
  '🙂🙂',
  '  two  spaces \n\n\tand tabs ',
  "it's 3.14, isn't it?",
];

const directory = await mkdtemp(join(tmpdir(), 'base-tokenizer-'));
afterAll(() => rm(directory, { recursive: true }));

describe('preTokenize', () => {
  it('keeps spaces with the word that follows, and digits apart', () => {
    expect(preTokenize('Tom has 48 apples.\nHe')).toEqual(['Tom', ' has', ' ', '4', '8', ' apples', '.', '\n', 'He']);
  });
});

describe('trainBytePairEncoding', () => {
  it('merges the most frequent pair first, ties by their order', () => {
    const { tokens, merges } = trainBytePairEncoding(['ab ab ab', 'cd cd cd', 'abc'], 259, []);
    expect(tokens.slice(256)).toEqual(['ab', 'cd', 'Ġab']);
    expect(merges).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['Ġ', 'ab'],
    ]);
  });

  it('stops when no pair occurs twice, and needs room for all bytes', () => {
    expect(trainBytePairEncoding(['abc'], 1000, []).tokens.length).toBe(256);
    expect(() => trainBytePairEncoding(['abc'], 255, [])).toThrow(RangeError);
  });

  it('gives the same vocabulary for the same text', () => {
    expect(trainBytePairEncoding(takeDocuments(1, 1500), 700, specialTokenList)).toEqual(encoding);
  });
});

describe('tokenizer.json', () => {
  it('is read by @huggingface/tokenizers and gives texts back', () => {
    for (const text of [...rows.map((row) => row.prompt + row.references[0]), ...takeDocuments(2, 400), ...strange]) {
      const { ids } = library.encode(text, { add_special_tokens: false });
      expect(library.decode(ids)).toBe(text);
    }
  });

  it('splits the text as it was split in training', () => {
    for (const text of [...rows.map((row) => row.prompt), ...strange]) {
      const pieces = preTokenize(text).flatMap((piece) => library.encode(piece, { add_special_tokens: false }).ids);
      expect(library.encode(text, { add_special_tokens: false }).ids).toEqual(pieces);
    }
  });

  it('has every digit as a token of its own', () => {
    const { tokens } = library.encode('48 + 30 = 78', { add_special_tokens: false });
    expect(tokens).toEqual(['4', '8', 'Ġ+', 'Ġ', '3', '0', 'Ġ=', 'Ġ', '7', '8']);
    expect(encoding.tokens.filter((token) => /\d/.test(token)).length).toBe(10);
  });

  it('gives prompt and completion the same tokens apart as together', () => {
    for (const { prompt, references } of rows) {
      for (const reference of references) {
        const apart = [...library.encode(prompt).ids, ...library.encode(reference, { add_special_tokens: false }).ids];
        expect(library.encode(prompt + reference).ids).toEqual(apart);
      }
    }
  });

  it('opens as the tokenizer of a model directory', async () => {
    await writeTokenizer(directory, encoding, 512);
    const tokenizer = await openTokenizer(directory);
    expect([tokenizer.beginId, tokenizer.endId, tokenizer.vocabularySize]).toEqual([beginId, endId, 700]);
    expect(tokenizer.hasChatTemplate).toBe(false);
    expect(tokenizer.encode('Tom')[0]).toBe(beginId);
    expect(tokenizer.decode(tokenizer.encode('Tom has 3.'))).toBe('Tom has 3.');
  });
});
