import { describe, expect, it, test } from 'vitest';
import { countSentences } from './count-sentences.js';
import { longestTokenizedText } from './longest-tokenized-text.js';

// Expected values are those of NLTK's PunktSentenceTokenizer with its English model.
test.each([
  ['Dr. Smith went to Washington. He met Sen. Warren at 3 p.m. They talked.', 3],
  ['1. Wake up.\n2. Eat.\n3. Sleep.', 6],
  ['He said "Stop!" and left. (It was late.) Then what?', 4],
  ['It costs $3.50... maybe more. Yes... No?!', 4],
  ['No stop at the end', 1],
  ['U.S. laws apply. The U.S. He left.', 3],
  ['What?Really? yes', 2],
  ['\n\nOne.\n\n\nTwo.  Three.\n', 3],
  ['J. R. R. Tolkien wrote it. See p. 5 and fig. 3.', 3],
  ['e.g. this, i.e. that, etc. End.', 4],
  [' ', 0],
  ['* A point. Another.\n* Next one!', 3],
])('%j: %i', async (text, count) => expect(await countSentences(text)).toBe(count));

describe('hostile text', () => {
  it('is bounded', async () => {
    await countSentences('');
    const length = 1e6;
    const texts = {
      stops: '. '.repeat(length / 2),
      abbreviations: 'a. '.repeat(length / 3),
      spaces: `a.${' '.repeat(length)}b`,
      brackets: `Yes. ${')'.repeat(length)}x. No.`,
      surrogates: '\ud800. '.repeat(length / 3),
      ellipses: '. . . '.repeat(length / 6),
      'no spaces': 'a.'.repeat(length / 2),
    };
    for (const [name, text] of Object.entries(texts)) {
      const before = process.cpuUsage();
      await countSentences(text);
      expect(process.cpuUsage(before).user / 1000, `${name}: milliseconds of the processor`).toBeLessThan(3000);
    }
  });

  it('is read as far as the bound', async () => {
    const filler = 'x '.repeat(longestTokenizedText / 2);
    expect(await countSentences(`One. Two. ${filler}. Three. Four.`)).toBe(3);
  });
});
