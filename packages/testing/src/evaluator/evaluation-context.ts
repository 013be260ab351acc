import { type Dataset, type EvaluationContext, type Example, type Row, type TokenBatch } from '@profit-sft/core';
import { bigramLanguageModel } from '../language-model/bigram-language-model.js';
import { characterTokenizer } from '../language-model/character-tokenizer.js';

/** Rows that every evaluator understands: a prompt with right answers that are numbers. */
export const defaultRows: readonly Row[] = [
  { prompt: '2 + 3 = ', completion: '5' },
  { prompt: '4 + 4 = ', completion: '8' },
  { prompt: '7 + 5 = ', references: ['12', 'that is 12'] },
];

function datasetOf(rows: readonly Row[]): Dataset {
  return {
    length: rows.length,
    row: (index) => rows[index],
    origin: (index) => `rows:${index + 1}`,
    fingerprint: JSON.stringify(rows),
  };
}

/** One batch per example, without packing. */
export function* oneBatchEach(examples: readonly Example[]): Generator<TokenBatch> {
  for (const [sequence, { tokens, target }] of examples.entries()) {
    const targets = [...target.keys()].filter((index) => target[index] === 1);
    yield {
      rows: 1,
      columns: tokens.length,
      tokens,
      segments: new Int32Array(tokens.length).fill(1),
      positions: Int32Array.from(tokens.keys()),
      scored: {
        length: targets.length,
        source: Int32Array.from(targets, (index) => index - 1),
        target: Int32Array.from(targets, (index) => tokens[index]),
        sequence: new Int32Array(targets.length).fill(sequence),
        position: Int32Array.from(targets.keys()),
      },
    };
  }
}

/** What an evaluator is given: a bigram model over characters, and rows of prompts or text. */
export function evaluationContext(
  rows: readonly Row[] = defaultRows,
  parts: Partial<EvaluationContext> = {},
): EvaluationContext {
  const tokenizer = characterTokenizer();
  const endId = tokenizer.endId!;
  const promptOf = (row: Row): string => {
    if ('messages' in row) throw new Error('the testing kit has no chat template: give rows with "prompt" or "text"');
    return 'prompt' in row ? row.prompt : '';
  };
  const examples = rows.flatMap((row, index): Example[] => {
    const prompt = tokenizer.encode(promptOf(row));
    const answers = 'references' in row ? row.references : 'completion' in row ? [row.completion] : [];
    const texts = 'text' in row ? [row.text] : answers;
    return texts.map((text) => {
      const answer = [...tokenizer.encode(text, { addSpecialTokens: false }), endId];
      const target = Uint8Array.from([...prompt.map(() => 0), ...answer.map(() => 1)]);
      const example = { tokens: Int32Array.from([...prompt, ...answer]), target, row: index };
      return row.source === undefined ? example : { ...example, source: row.source };
    });
  });
  return {
    model: bigramLanguageModel(tokenizer.vocabularySize, endId),
    tokenizer,
    dataset: datasetOf(rows),
    examples,
    pack: oneBatchEach,
    encodePrompt: (row) => tokenizer.encode(promptOf(typeof row === 'number' ? rows[row] : row)),
    seed: 1,
    ...parts,
  };
}
