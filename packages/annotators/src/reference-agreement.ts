import { AnnotationError, defineAnnotator, schema } from '@profit-sft/core';
import { spansOfWords } from './words/spans-of-words.js';
import { splitWords, type Word } from './words/split-words.js';

/** Case and Unicode form are no difference. */
const form = (word: Word): string => word.text.normalize('NFKC').toLowerCase();

/**
 * Words that (nearly) all other references of the prompt hold too are core, the rest is trivial: what differs between right
 * answers could be said otherwise.
 *
 * The k-th occurrence of a word is shared by a reference that holds the word at least k times, so that a word said once more
 * than elsewhere is not core there. Order is not compared. Deterministic. Words that every English text holds (`the`, the
 * full stop) come out as core: agreement is necessary for what decides an answer, not sufficient.
 */
export const referenceAgreement = defineAnnotator({
  name: 'reference-agreement',
  description: 'labels core what (nearly) all other references of the prompt hold too',
  source: 'ours, after the comparison of answers in arXiv 2601.09195, section 4.1',
  options: schema.object({
    share: schema.number({
      minimum: 0,
      exclusive: 'minimum',
      maximum: 1,
      default: 0.8,
      description: 'share of the other references that must hold a word for it to be core',
    }),
    minimumReferences: schema.integer({
      minimum: 1,
      default: 2,
      description:
        'fewest other references that a response is compared with; with fewer it is an error of that response',
    }),
  }),
  create: ({ share, minimumReferences }) => ({
    concurrency: 16,
    annotate: async ({ response, references }) => {
      if (references.length < minimumReferences) {
        throw new AnnotationError(
          `the prompt has ${references.length} other references, and ${minimumReferences} are needed: group the rows of ` +
            'one prompt (groupBy of the data set), or lower minimumReferences',
        );
      }
      const counts = references.map((reference) => {
        const count = new Map<string, number>();
        for (const word of splitWords(reference)) count.set(form(word), (count.get(form(word)) ?? 0) + 1);
        return count;
      });
      const words = splitWords(response);
      const seen = new Map<string, number>();
      const core = words.map((word) => {
        const occurrence = (seen.get(form(word)) ?? 0) + 1;
        seen.set(form(word), occurrence);
        const holding = counts.filter((count) => (count.get(form(word)) ?? 0) >= occurrence).length;
        // Rounding must not raise the bar: 0.1 × 30 is a little more than 3.
        return holding >= share * references.length - 1e-9;
      });
      return spansOfWords(words, (word) => core[word]);
    },
  }),
});
