/**
 * Writes what tokenizers by Transformers.js answer to the questions in the file of its argument beside it; for a tokenizer that does not open,
 * the message.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { openTransformersTokenizer } from '../tokenizer/open-transformers-tokenizer.js';
import { answersOf, type TokenizerAnswers, type TokenizerQuestions } from './tokenizer-answers.js';

const file = process.argv[2];
const { installation, questions } = JSON.parse(readFileSync(file, 'utf8')) as {
  installation: string;
  questions: readonly TokenizerQuestions[];
};
const answers: (TokenizerAnswers | string)[] = [];
for (const asked of questions) {
  try {
    answers.push(answersOf(await openTransformersTokenizer(asked.directory, { installation }), asked));
  } catch (error) {
    answers.push((error as Error).message);
  }
}
writeFileSync(`${file}.answers`, JSON.stringify(answers));
