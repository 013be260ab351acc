import type { Json } from '@profit-sft/core';
import { describe, expect, it, test } from 'vitest';
import { InstructionProblem } from './instruction-arguments.js';
import { prepareInstruction } from './instruction.js';
import { instructions } from './instructions.js';

type Arguments = Record<string, Json>;
type Case = readonly [keywordArguments: Arguments, response: string, followed: boolean];

async function follows(id: string, keywordArguments: Json, response: string): Promise<boolean> {
  return prepareInstruction(instructions.get(id)!, keywordArguments)(response);
}

const english = 'The old house by the river was sold last week to a family from the north.';

/** Written by hand from the official checker's code, with what its patterns do at their edges. */
const cases: Readonly<Record<string, readonly Case[]>> = {
  'keywords:existence': [
    [{ keywords: ['river', 'North'] }, english, true],
    [{ keywords: ['river', 'south'] }, english, false],
    [{ keywords: ['north'] }, 'Northern lights', true],
    [{ keywords: ['C++ (new)'] }, 'I like c++ (NEW) best', true],
    [{ keywords: ['a.c'] }, 'abc', false],
  ],
  'keywords:frequency': [
    [{ keyword: ' the ', frequency: 3, relation: 'at least' }, english + ' Other', true],
    [{ keyword: 'the', frequency: 4, relation: 'at least' }, english, false],
    [{ keyword: 'the', frequency: 4, relation: 'less than' }, english, true],
    [{ keyword: 'the', frequency: 3, relation: 'less than' }, english, false],
    [{ keyword: 'aa', frequency: 2, relation: 'at least' }, 'aaa', false],
  ],
  'keywords:forbidden_words': [
    [{ forbidden_words: ['old'] }, english, false],
    [{ forbidden_words: ['OLD'] }, 'An old one', false],
    [{ forbidden_words: ['old'] }, 'sold gold olden', true],
    [{ forbidden_words: ['old'] }, 'éold', true],
    [{ forbidden_words: ['old'] }, '«old»', false],
    [{ forbidden_words: ['x', 'house'] }, english, false],
    [{ forbidden_words: ["don't"] }, "I don't.", false],
  ],
  'keywords:letter_frequency': [
    [{ letter: 'E', let_frequency: 6, let_relation: 'at least' }, 'Eee eee', true],
    [{ letter: 'e', let_frequency: 7, let_relation: 'at least' }, 'Eee eee', false],
    [{ letter: 'e', let_frequency: 6, let_relation: 'less than' }, 'Eee eee', false],
    [{ letter: '#', let_frequency: 2, let_relation: 'at least' }, '# a #b', true],
    [{ letter: '!', let_frequency: 1, let_relation: 'less than' }, 'no!', false],
  ],
  'language:response_language': [
    [{ language: 'en' }, english, true],
    [{ language: 'de' }, english, false],
    [{ language: 'de' }, 'Das alte Haus am Fluss wurde letzte Woche an eine Familie verkauft.', true],
    [{ language: 'hi' }, 'नदी के किनारे का पुराना घर पिछले हफ्ते एक परिवार को बेच दिया गया था।', true],
    [{ language: 'sw' }, 'Nyumba ya zamani karibu na mto iliuzwa wiki iliyopita kwa familia kutoka kaskazini.', true],
    [{ language: 'fr' }, '1234 !!!', true],
  ],
  'length_constraints:number_sentences': [
    [{ num_sentences: 2, relation: 'at least' }, 'It rained. We stayed.', true],
    [{ num_sentences: 3, relation: 'at least' }, 'Mr. Smith paid $3.50. We stayed.', false],
    [{ num_sentences: 3, relation: 'less than' }, 'Mr. Smith paid $3.50. We stayed.', true],
    [{ num_sentences: 2, relation: 'less than' }, 'It rained! Did it? Yes.', false],
  ],
  'length_constraints:number_paragraphs': [
    [{ num_paragraphs: 2 }, 'one\n***\ntwo', true],
    [{ num_paragraphs: 2 }, '***\none\n***\ntwo\n***', true],
    [{ num_paragraphs: 2 }, 'one\n\ntwo', false],
    [{ num_paragraphs: 3 }, 'one***two***three', true],
    [{ num_paragraphs: 2 }, 'one *** *** two', false],
  ],
  'length_constraints:number_words': [
    [{ num_words: 4, relation: 'at least' }, "it's well-known", true],
    [{ num_words: 5, relation: 'at least' }, "it's well-known", false],
    [{ num_words: 3, relation: 'less than' }, 'a_b 3.', true],
    [{ num_words: 2, relation: 'less than' }, 'école über', false],
  ],
  'length_constraints:nth_paragraph_first_word': [
    [{ num_paragraphs: 2, nth_paragraph: 2, first_word: 'Weekend' }, 'One.\n\nweekend, at last', true],
    [{ num_paragraphs: 2, nth_paragraph: 2, first_word: 'weekend' }, 'One.\n\n "\'Weekend" now', false],
    [{ num_paragraphs: 2, nth_paragraph: 2, first_word: 'weekend' }, 'One.\n\n"Weekend" now', true],
    [{ num_paragraphs: 2, nth_paragraph: 2, first_word: 'weekend' }, 'One.\n\nThe weekend', false],
    [{ num_paragraphs: 2, nth_paragraph: 1, first_word: 'one' }, 'One\n\ntwo\n\nthree', false],
    [{ num_paragraphs: 2, nth_paragraph: 1, first_word: 'one' }, '\n\nOne\n\ntwo', false],
    [{ num_paragraphs: 2, nth_paragraph: 2, first_word: 'two' }, 'One', false],
  ],
  'detectable_content:number_placeholders': [
    [{ num_placeholders: 2 }, 'Dear [name], of [street [old]]', true],
    [{ num_placeholders: 3 }, 'Dear [name], of [street [old]]', false],
    [{ num_placeholders: 1 }, 'Dear [na\nme]', false],
    [{ num_placeholders: 1 }, '[]', true],
  ],
  'detectable_content:postscript': [
    [{ postscript_marker: 'P.S.' }, 'Bye.\np. s. more', true],
    [{ postscript_marker: 'P.S.' }, 'Bye.\nPS more', false],
    [{ postscript_marker: 'P.P.S' }, 'Bye.\nP.P.S more', true],
    [{ postscript_marker: 'P.P.S' }, 'Bye.\nP.S. more', false],
    [{ postscript_marker: 'Note:' }, 'Bye. NOTE: more', true],
    [{ postscript_marker: 'P.P.S.' }, 'Bye. PxPxSx more', false],
  ],
  'detectable_format:number_bullet_lists': [
    [{ num_bullets: 3 }, '* a\n  - b\n\n\n* c', true],
    [{ num_bullets: 2 }, '* a\n** b\n*\n***\n- c', false],
    [{ num_bullets: 1 }, '**bold**\n*italic* text', true],
    [{ num_bullets: 1 }, '*\nthe next line', true],
    [{ num_bullets: 0 }, 'a * b - c', true],
    [{ num_bullets: 2 }, '---\n- a', true],
  ],
  'detectable_format:constrained_response': [
    [{}, 'Well. My answer is maybe. ', true],
    [{}, 'my answer is yes.', false],
    [{}, 'My answer is yes', false],
  ],
  'detectable_format:number_highlighted_sections': [
    [{ num_highlights: 2 }, '*one* and *two*', true],
    [{ num_highlights: 2 }, '**one** and *two*', true],
    [{ num_highlights: 2 }, '*one* and ** ** and *t\nwo*', false],
    [{ num_highlights: 1 }, '** **', false],
  ],
  'detectable_format:multiple_sections': [
    [{ section_spliter: 'Section', num_sections: 2 }, 'Section 1\na\nSection 2\nb', true],
    [{ section_spliter: 'SECTION', num_sections: 2 }, 'Section 1\na\nSection 2\nb', false],
    [{ section_spliter: ' Day ', num_sections: 2 }, 'Day1: a. Day 2', true],
    [{ section_spliter: 'Day', num_sections: 1 }, 'Day one', false],
  ],
  'detectable_format:json_format': [
    [{}, '```json\n{"a": [1, 2]}\n```', true],
    [{}, ' [1]', true],
    [{}, '```JSON{"a": NaN, "b": "NaN \\" Infinity"}```', true],
    [{}, 'Here: {"a": 1}', false],
    [{}, '{"a": 1,}', false],
    [{}, '{"a": NaNx}', false],
  ],
  'detectable_format:title': [
    [{}, 'Hi\n<<poem of joy>>\nline', true],
    [{}, '<< >>', false],
    [{}, '<<a\nb>>', false],
    [{}, '<poem>', false],
    [{}, '<<>> and <<x>>', true],
  ],
  'combination:two_responses': [
    [{}, 'one\n******\ntwo', true],
    [{}, '******one******two******', true],
    [{}, 'one******one ', false],
    [{}, 'one******two******three', false],
    [{}, 'one************two', false],
    [{}, 'one', false],
  ],
  'combination:repeat_prompt': [
    [{ prompt_to_repeat: ' Say it. ' }, '\n say IT. It.', true],
    [{ prompt_to_repeat: 'Say it.' }, 'I say it. It.', false],
  ],
  'startend:end_checker': [
    [{ end_phrase: 'Any questions? ' }, 'So it is. any QUESTIONS?"\n', true],
    [{ end_phrase: 'Any questions?' }, 'Any questions? No.', false],
  ],
  'startend:quotation': [
    [{}, ' "All of it." \n', true],
    [{}, '"', false],
    [{}, '"Not all" of it', false],
    [{}, '“All of it.”', false],
  ],
  'change_case:capital_word_frequency': [
    [{ capital_frequency: 3, capital_relation: 'at least' }, "The USA DON'T", true],
    [{ capital_frequency: 4, capital_relation: 'at least' }, "The USA DON'T", false],
    [{ capital_frequency: 2, capital_relation: 'less than' }, 'I see 42 of U.S.', false],
    [{ capital_frequency: 2, capital_relation: 'less than' }, 'I see 42', true],
  ],
  'change_case:english_capital': [
    [{}, english.toUpperCase(), true],
    [{}, english, false],
    [{}, 'DAS ALTE HAUS AM FLUSS WURDE LETZTE WOCHE AN EINE FAMILIE VERKAUFT.', false],
    [{}, '1234', false],
    [{}, 'Ⓐ', true],
  ],
  'change_case:english_lowercase': [
    [{}, english.toLowerCase(), true],
    [{}, english, false],
    [{}, 'das alte haus am fluss wurde letzte woche an eine familie verkauft.', false],
  ],
  'punctuation:no_comma': [
    [{}, 'no; none', true],
    [{}, 'well, some', false],
    [{}, 'a，b', true],
  ],
};

it('has every instruction type, and a case that holds and one that does not for each', () => {
  expect(instructions.size).toBe(25);
  expect(Object.keys(cases).sort()).toEqual([...instructions.keys()].sort());
  for (const some of Object.values(cases)) expect(new Set(some.map(([, , followed]) => followed)).size).toBe(2);
});

describe.each(Object.entries(cases))('%s', (id, some) => {
  test.each(some)('%j %j: %s', async (keywordArguments, response, followed) => {
    expect(await follows(id, keywordArguments, response)).toBe(followed);
  });
});

describe('arguments that do not fit', () => {
  test.each<readonly [string, Json, string]>([
    [
      'length_constraints:number_words',
      { relation: 'at least' },
      'num_words must be a whole number of at least 0, it is missing',
    ],
    ['length_constraints:number_words', { relation: 'at least', num_words: null }, 'num_words must be a whole number'],
    [
      'length_constraints:number_words',
      { relation: 'at most', num_words: 3 },
      'relation must be "less than" or "at least", it is "at most"',
    ],
    ['length_constraints:number_words', { relation: 'at least', num_words: -1 }, 'it is -1'],
    ['length_constraints:number_words', { relation: 'at least', num_words: 1.5 }, 'it is 1.5'],
    ['length_constraints:number_words', [3], 'its kwargs are not an object'],
    ['length_constraints:number_words', null, 'its kwargs are not an object'],
    ['keywords:existence', { keywords: [] }, 'keywords must be a list of texts, it is []'],
    ['keywords:existence', { keywords: ['a', 3] }, 'keywords must be a list of texts'],
    ['keywords:forbidden_words', { forbidden_words: 'word' }, 'forbidden_words must be a list of texts'],
    [
      'keywords:letter_frequency',
      { letter: 'ab', let_frequency: 1, let_relation: 'at least' },
      'letter must be one character',
    ],
    ['keywords:frequency', { keyword: ' ', frequency: 1, relation: 'at least' }, 'keyword must be text'],
    ['language:response_language', { language: 'klingon' }, 'language must be one of the languages'],
    [
      'length_constraints:nth_paragraph_first_word',
      { num_paragraphs: 2, nth_paragraph: 3, first_word: 'a' },
      'nth_paragraph must be at most num_paragraphs (2), it is 3',
    ],
    ['combination:repeat_prompt', {}, 'prompt_to_repeat must be text, it is missing'],
    [
      'startend:end_checker',
      JSON.parse('{"__proto__": {"end_phrase": "x"}}') as Json,
      'end_phrase must be text, it is missing',
    ],
  ])('%s %j', (id, keywordArguments, message) => {
    const prepare = (): unknown => prepareInstruction(instructions.get(id)!, keywordArguments);
    expect(prepare).toThrow(InstructionProblem);
    expect(prepare).toThrow(message);
    expect(prepare).toThrow(id);
  });

  it('ignores further and null arguments, as where one table holds all columns', async () => {
    const wide = { num_words: 2, relation: 'at least', num_bullets: null, keywords: null };
    expect(await follows('length_constraints:number_words', wide, 'a b')).toBe(true);
    expect(await follows('punctuation:no_comma', wide, 'a b')).toBe(true);
  });
});
