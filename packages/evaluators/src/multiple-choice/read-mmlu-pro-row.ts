import { columnsOf, isTexts, letterOf, textOf, type ReadChoiceQuestion } from './choice-question.js';

/** More than MMLU-Pro's ten have letters still. */
const mostOptions = 26;

/**
 * A row of MMLU-Pro: the question, `options`, `answer` (a letter) or `answer_index`, `category`, and in the split validation
 * `cot_content`, a worked solution.
 */
export const readMmluProRow: ReadChoiceQuestion = (row) => {
  const { prompt, columns } = columnsOf(row);
  if (prompt.trim() === '') return { problem: 'has no question' };
  const { options, answer, answer_index: index, category, cot_content: solution } = columns;
  if (!isTexts(options) || options.length < 2 || options.length > mostOptions) {
    return { problem: `has no "options", a list of 2 to ${mostOptions} texts` };
  }
  const subject = textOf(category);
  if (subject === undefined) return { problem: 'has no "category"' };
  const gold = typeof index === 'number' ? index : options.findIndex((_, option) => letterOf(option) === answer);
  if (!Number.isInteger(gold) || gold < 0 || gold >= options.length) {
    return { problem: 'neither its "answer_index" nor its "answer" is one of its options' };
  }
  const workedSolution = textOf(solution);
  return {
    ...{ question: prompt, options, gold, category: subject },
    ...(workedSolution === undefined ? {} : { workedSolution }),
  };
};
