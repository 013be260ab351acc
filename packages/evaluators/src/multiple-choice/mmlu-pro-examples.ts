import { schema } from '@profit-sft/core';
import type { RowProblem } from '../mathematics/question-row.js';
import { letterOf, type ChoiceQuestion, type ReadChoiceQuestion } from './choice-question.js';
import { readMmluProRow } from './read-mmlu-pro-row.js';

export const mmluProRows =
  'rows of a prompt with "options", "answer" and "category"; map MMLU-Pro’s own with the column prompt: question, ' +
  'and name the files of the splits validation (the examples) and test: "path": ["validation….parquet", "test….parquet"]';

export const mmluProOptions = {
  shots: schema.integer({
    minimum: 0,
    default: 5,
    description: 'examples before each question: rows of its category with a worked solution, which are not asked',
  }),
  category: schema.optional(schema.string({ description: 'ask the questions of this category alone' })),
};

/** Reads the rows of one category, or of all. */
export function readCategory(category: string | undefined): ReadChoiceQuestion {
  return (row) => {
    const question = readMmluProRow(row);
    if (category === undefined || 'problem' in question || question.category === category) return question;
    return { problem: `is of the category ${question.category}, not ${category}` };
  };
}

/** The examples for a question, or that there are not enough. */
export function examplesFor(
  { category }: ChoiceQuestion,
  examples: readonly ChoiceQuestion[],
  shots: number,
): readonly ChoiceQuestion[] | RowProblem {
  const fitting = examples.filter((example) => example.category === category).slice(0, shots);
  if (fitting.length === shots) return fitting;
  return { problem: `its category ${category} has ${fitting.length} of ${shots} examples (rows with "cot_content")` };
}

/** `A. option`, one line each. */
export const optionLines = ({ options }: ChoiceQuestion): string =>
  options.map((option, index) => `${letterOf(index)}. ${option}\n`).join('');
