import { expect, test } from 'vitest';
import { treebankWords } from './treebank-words.js';

// Expected values are those of NLTK's NLTKWordTokenizer, which `word_tokenize` applies to each sentence.
test.each([
  [
    'Good muffins cost $3.88 (roughly 3,36 euros) in New York.',
    ['Good', 'muffins', 'cost', '$', '3.88', '(', 'roughly', '3,36', 'euros', ')', 'in', 'New', 'York', '.'],
  ],
  [
    "DON'T! You CANNOT GIMME that; 'TIS LEMME WANNA go.",
    ['DO', "N'T", '!', 'You', 'CAN', 'NOT', 'GIM', 'ME', 'that', ';', "'", 'TIS', 'LEM', 'ME', 'WAN', 'NA', 'go', '.'],
  ],
  [
    'At 3:00, 1,000: x, "QUOTED" and \'single\' `back`',
    ['At', '3:00', ',', '1,000', ':', 'x', ',', '``', 'QUOTED', "''", 'and', "'", 'single', "'", '`', 'back', '`'],
  ],
  ['U.S.A. is. (Yes.)', ['U.S.A.', 'is.', '(', 'Yes', '.', ')']],
  ['She said: "The end."', ['She', 'said', ':', '``', 'The', 'end', '.', "''"]],
  [
    "it's I'M we'll WE'LL they'd can't JOHN'S",
    ['it', "'s", 'I', "'M", 'we', "'ll", 'WE', "'LL", 'they', "'d", 'ca', "n't", 'JOHN', "'S"],
  ],
  [
    'A--B—C–D #1 100% me@x & y...',
    ['A', '--', 'B', '—', 'C', '–', 'D', '#', '1', '100', '%', 'me', '@', 'x', '&', 'y', '...'],
  ],
  ['«OUI» “YES.”  ', ['«', 'OUI', '»', '“', 'YES', '.', '”']],
  ["d'ye more'n gonna gotta", ['d', "'ye", 'more', "'n", 'gon', 'na', 'got', 'ta']],
  ['*BOLD* [X]{Y}<Z>', ['*', 'BOLD', '*', '[', 'X', ']', '{', 'Y', '}', '<', 'Z', '>']],
  ['Wait?!No.', ['Wait', '?', '!', 'No', '.']],
])('%j', (sentence, words) => expect(treebankWords(sentence)).toEqual(words));

test('takes linear time', () => {
  const before = process.cpuUsage();
  for (const text of [
    '.' + ' '.repeat(2e5) + 'b',
    `'`.repeat(2e5),
    '"'.repeat(2e5),
    '`'.repeat(2e5),
    ' '.repeat(2e5),
    'a.'.repeat(1e5),
  ]) {
    treebankWords(text);
  }
  expect(process.cpuUsage(before).user / 1000, 'milliseconds of the processor').toBeLessThan(5000);
});
