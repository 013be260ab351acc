import type { Json, Row } from '@profit-sft/core';
import type { RowProblem } from '../mathematics/question-row.js';

/** A question with options of which one is right. */
export interface ChoiceQuestion {
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the right option. */
  readonly gold: number;
  /** The subject, where the data set has several. */
  readonly category?: string;
  /** A worked solution; such a row is an example for the prompts of others. */
  readonly workedSolution?: string;
}

export type ReadChoiceQuestion = (row: Row) => ChoiceQuestion | RowProblem;

/** Options by letters, from A on. */
export const letterOf = (option: number): string => String.fromCharCode(65 + option);

/** The question's prompt and the other columns of its row. */
export function columnsOf(row: Row): { readonly prompt: string; readonly columns: Readonly<Record<string, Json>> } {
  const prompt = 'prompt' in row ? row.prompt : '';
  return { prompt, columns: ('metadata' in row ? row.metadata : undefined) ?? {} };
}

export const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;
