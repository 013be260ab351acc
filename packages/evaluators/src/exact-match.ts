import { createRandom, defineEvaluator, InvalidDataError, ProfitError, schema, type Json } from '@profit-sft/core';
import { extractByPattern, lastNumber } from './extract-answer.js';
import { referenceTexts } from './reference-texts.js';

/**
 * Share of prompts for which the answer in the generated text equals the answer in one of the references.
 *
 * Metrics: `accuracy`, `correct`, `items`, `answered` (generated texts in which an answer was found) and `truncated`
 * (generations that ran into `maxTokens`). Items: `{ row, prompt, text, answer, expected, correct }`.
 * @throws InvalidDataError for a row without a reference, or in whose references no answer is found.
 */
export const exactMatch = defineEvaluator({
  name: 'exact-match',
  description: 'generates from each prompt and compares the answer with those of the references',
  source: 'exact match on an extracted answer, as usual for GSM8K (arXiv 2110.14168)',
  options: schema.object({
    maxTokens: schema.integer({ minimum: 1, default: 64, description: 'most new tokens per prompt' }),
    batchSize: schema.integer({ minimum: 1, default: 16, description: 'prompts generated at once' }),
    temperature: schema.number({ minimum: 0, default: 0, description: '0 is greedy' }),
    answerPattern: schema.optional(
      schema.string({
        description:
          'regular expression whose first group is the answer, for texts and references alike; default: the last number of the text',
      }),
    ),
  }),
  create({ maxTokens, batchSize, temperature, answerPattern }) {
    const extract = answerPattern === undefined ? lastNumber : extractByPattern(answerPattern);
    return {
      async evaluate({ model, tokenizer, dataset, encodePrompt, seed, onProgress }) {
        if (dataset.length === 0) throw new ProfitError('data', 'the data set has no rows to evaluate');
        const expected = Array.from({ length: dataset.length }, (_, row) => {
          const answers = referenceTexts(dataset, row)
            .map(extract)
            .filter((answer) => answer !== undefined);
          if (answers.length > 0) return [...new Set(answers)];
          const sought = answerPattern === undefined ? 'a number' : `a match of ${JSON.stringify(answerPattern)}`;
          throw new InvalidDataError(dataset.origin(row), `no answer in its references: expected ${sought}`);
        });

        const items: { [key: string]: Json }[] = [];
        let truncated = 0;
        for (let start = 0; start < dataset.length; start += batchSize) {
          const rows = Array.from({ length: Math.min(batchSize, dataset.length - start) }, (_, index) => start + index);
          const prompts = rows.map((row) => encodePrompt(row));
          const generations = await model.generate(prompts, {
            maxTokens,
            temperature,
            seed: createRandom(seed, 'exact-match', start).integer(2 ** 31),
          });
          rows.forEach((row, index) => {
            const { tokens, finishReason } = generations[index];
            const content = dataset.row(row);
            const text = tokenizer.decode(tokens);
            const answer = extract(text) ?? null;
            if (finishReason === 'length') truncated += 1;
            items.push({
              row,
              prompt: 'prompt' in content ? content.prompt : tokenizer.decode(prompts[index]),
              text,
              answer,
              expected: expected[row],
              correct: answer !== null && expected[row].includes(answer),
            });
          });
          onProgress?.(items.length, dataset.length);
        }
        const correct = items.filter((item) => item.correct === true).length;
        return {
          metrics: {
            accuracy: correct / items.length,
            correct,
            items: items.length,
            answered: items.filter((item) => item.answer !== null).length,
            truncated,
          },
          items,
        };
      },
    };
  },
});
