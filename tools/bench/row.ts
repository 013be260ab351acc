/** One figure of `npm run bench`: a ratio, so that the machine's speed cancels out. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  readonly asked: Bound;
  /** What the ratio was made from. */
  readonly detail: string;
}

/** A row that cannot be measured here. */
export interface SkippedRow {
  readonly what: string;
  readonly asked: Bound;
  /** What is missing, and how to get it. */
  readonly skipped: string;
}

export type RowResult = Row | SkippedRow;

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** Rows that are measured together; `npm run bench -- NAME` repeats them. */
export interface RowGroup {
  readonly name: string;
  /** What it measures: the rows to expect before any has been measured. */
  readonly title: string;
  measure(): Promise<RowResult[]>;
}

export function holds(measured: number, bound: Bound): boolean {
  return 'atLeast' in bound ? measured >= bound.atLeast : measured <= bound.atMost;
}

export function boundText(bound: Bound): string {
  const number = (value: number): string => String(Number(value.toPrecision(3)));
  return 'atLeast' in bound ? `≥ ${number(bound.atLeast)}` : `≤ ${number(bound.atMost)}`;
}

export function commandOf(group: string): string {
  return `npm run bench -- ${group}`;
}
