import type { Json } from '@profit-sft/core';
import { groupsOf } from './groups.js';
import type { ReportData, ReportRun } from './report-data.js';

type Item = Readonly<Record<string, Json>>;

/** What the page needs to compare runs by item. Indices point into `runs`. */
export interface ItemComparisons {
  readonly runs: readonly { readonly id: string; readonly title: string }[];
  readonly groups: readonly { readonly title: string; readonly runs: readonly number[] }[];
  readonly evaluations: readonly EvaluationItems[];
}

export interface EvaluationItems {
  readonly name: string;
  /** The field of items that is compared. */
  readonly field: string;
  /** Whether the field is right or wrong, rather than a number. */
  readonly isTruth: boolean;
  /** What all runs share, e.g. prompt and expected answer: a record of short texts for each item. */
  readonly shared: readonly Readonly<Record<string, string>>[];
  /** By run: a value for each item (null: none), and what the model wrote. */
  readonly byRun: readonly {
    readonly run: number;
    readonly values: readonly (number | null)[];
    readonly texts?: readonly string[];
  }[];
}

/** Characters of text in a report: what models wrote, and what the items are. */
const textBudget = 1_600_000;
/** Texts that would have to be shorter are left out. */
const shortestText = 60;

const isTruthField = (items: readonly Item[], key: string): boolean =>
  items.every((item) => typeof item[key] === 'boolean');
const isNumberField = (items: readonly Item[], key: string): boolean =>
  items.every((item) => typeof item[key] === 'number' || item[key] === null);

/** Fields that number an item and do not measure it. */
const places: ReadonlySet<string> = new Set(['row', 'repeat', 'index', 'tokens']);

function comparedField(items: readonly Item[]): { field: string; isTruth: boolean } | undefined {
  const keys = Object.keys(items[0] ?? {}).filter((key) => !places.has(key));
  const truths = keys.filter((key) => isTruthField(items, key));
  const truth = truths.includes('correct') ? 'correct' : truths[0];
  if (truth !== undefined) return { field: truth, isTruth: true };
  const numbers = keys.filter((key) => isNumberField(items, key));
  const field = numbers.includes('meanNll') ? 'meanNll' : numbers[0];
  return field === undefined ? undefined : { field, isTruth: false };
}

function plainText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Fields that are the same in every run and tell what the item is; `text` is what the model wrote. */
function sharedFields(lists: readonly (readonly Item[])[], field: string): string[] {
  const [first] = lists;
  return Object.keys(first[0]).filter(
    (key) =>
      key !== field &&
      key !== 'text' &&
      !places.has(key) &&
      lists.every((items) =>
        items.every((item, index) => JSON.stringify(item[key]) === JSON.stringify(first[index][key])),
      ),
  );
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function evaluationItems(name: string, runs: readonly ReportRun[], longest: number): EvaluationItems | undefined {
  const present = runs.flatMap(({ evaluations }, run) => {
    const items = evaluations[name]?.items ?? [];
    return items.length === 0 ? [] : [{ run, items }];
  });
  // Runs are paired item by item, so they need the same ones.
  const length = present[0]?.items.length;
  const paired = present.filter(({ items }) => items.length === length);
  if (paired.length < 2) return undefined;
  const compared = comparedField(paired[0].items);
  if (compared === undefined) return undefined;
  const { field, isTruth } = compared;
  const shared = sharedFields(
    paired.map(({ items }) => items),
    field,
  );
  const value = (item: Item): number | null => {
    const own = item[field];
    if (typeof own === 'boolean') return Number(own);
    return typeof own === 'number' ? Number(own.toPrecision(4)) : null;
  };
  return {
    ...{ name, field, isTruth },
    shared: paired[0].items.map((item) =>
      Object.fromEntries(shared.map((key) => [key, cut(plainText(item[key]), 2000)])),
    ),
    byRun: paired.map(({ run, items }) => {
      const texts = items.map((item) => item.text);
      const hasTexts = longest >= shortestText && texts.every((text) => typeof text === 'string');
      return {
        run,
        values: items.map(value),
        ...(hasTexts ? { texts: texts.map((text) => cut(String(text), longest)) } : {}),
      };
    }),
  };
}

/** The evaluations whose items two runs or more have; undefined where there is none. */
export function itemComparisons(data: ReportData): ItemComparisons | undefined {
  const { runs } = data;
  const names = [...new Set(runs.flatMap(({ evaluations }) => Object.keys(evaluations)))];
  const texts = runs.flatMap(({ evaluations }) =>
    Object.values(evaluations).flatMap(({ items }) =>
      items.flatMap(({ text }) => (typeof text === 'string' ? text.length : [])),
    ),
  );
  const total = texts.reduce((sum, length) => sum + length, 0);
  const longest = total <= textBudget ? Infinity : Math.floor(textBudget / texts.length);
  const evaluations = names.flatMap((name) => evaluationItems(name, runs, longest) ?? []);
  if (evaluations.length === 0) return undefined;
  const indexOf = new Map(runs.map((run, index) => [run, index]));
  return {
    runs: runs.map(({ id, title }) => ({ id, title })),
    groups: groupsOf(runs, data).map(({ title, runs: own }) => ({
      title,
      runs: own.flatMap((run) => indexOf.get(run) ?? []),
    })),
    evaluations,
  };
}
