import { columnsOf, isTexts, textOf, type ReadChoiceQuestion } from './choice-question.js';

/** Cleans a text of WikiHow's markup: a title begins a sentence, other brackets go. */
export function cleanHellaswagText(text: string): string {
  return text
    .trim()
    .replaceAll(' [title]', '. ')
    .replace(/\[.*?\]/g, '')
    .replaceAll('  ', ' ');
}

/** As Python's `str.capitalize`: the first character upper, all others lower. */
function capitalise(text: string): string {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/**
 * A row of HellaSwag: `activity_label`, the context in two parts `ctx_a` and `ctx_b`, `endings` and `label`, the index of the right
 * one. The question is `activity: context`, cleaned, with the second part's first letter upper.
 */
export const readHellaswagRow: ReadChoiceQuestion = (row) => {
  const { activity_label: activity, ctx_a: first, ctx_b: second, endings, label } = columnsOf(row).columns;
  if (textOf(activity) === undefined || typeof first !== 'string' || typeof second !== 'string') {
    return { problem: 'has no "activity_label", "ctx_a" and "ctx_b"' };
  }
  if (!isTexts(endings) || endings.length < 2) return { problem: 'has no "endings", a list of two or more texts' };
  const gold = label === '' || label === undefined || label === null ? -1 : Number(label);
  if (!Number.isInteger(gold) || gold < 0 || gold >= endings.length) {
    return { problem: 'its "label" is no index of an ending; those of the split test are not public' };
  }
  const question = cleanHellaswagText(`${String(activity)}: ${first} ${capitalise(second)}`);
  return { question, options: endings.map(cleanHellaswagText), gold };
};
