import { columnsOf, isTexts, type ReadChoiceQuestion } from './choice-question.js';

/** A row of ARC: the question, `choices` as `{ text: […], label: […] }` and `answerKey`, a label: letters or, in some rows, numbers. */
export const readArcRow: ReadChoiceQuestion = (row) => {
  const { prompt, columns } = columnsOf(row);
  if (prompt.trim() === '') return { problem: 'has no question' };
  const { choices, answerKey } = columns;
  const { text, label } =
    typeof choices === 'object' && choices !== null && !Array.isArray(choices)
      ? (choices as Readonly<Record<string, typeof choices>>)
      : {};
  if (!isTexts(text) || !isTexts(label) || text.length < 2 || text.length !== label.length) {
    return { problem: 'has no "choices" of two or more texts, each with its label' };
  }
  const gold = label.indexOf(String(answerKey));
  if (gold < 0) return { problem: `its "answerKey" is none of its labels, ${label.join(', ')}` };
  return { question: prompt, options: text, gold };
};
