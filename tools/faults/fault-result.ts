/** What came of one kind of fault. */
export interface FaultResult {
  readonly kind: string;
  /** What it happened to. */
  readonly what: string;
  readonly injected: number;
  readonly failures: readonly string[];
  /** Why it was not tried here. */
  readonly skipped?: string;
}

/** How many cases are tried at the same time. */
const lanes = Number(process.env.PROFIT_FAULT_LANES ?? 2);

/** Does work for each of several cases, some at a time. */
export async function inLanes<T>(cases: readonly T[], work: (one: T, index: number) => Promise<void>): Promise<void> {
  const queue = [...cases.entries()];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** `count` whole numbers from 1 to `most`, one from each equal stretch; all of them where there are no more. */
export function spreadPoints(most: number, count: number, random: () => number): number[] {
  if (count >= most) return Array.from({ length: most }, (_, index) => index + 1);
  return Array.from({ length: count }, (_, index) => 1 + Math.floor(((index + random()) / count) * most));
}
