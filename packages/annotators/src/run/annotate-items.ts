import { AnnotationError, type AnnotationItem, type Annotator, type LabelledSpan } from '@profit-sft/core';

export type AnnotationOutcome =
  | { readonly spans: readonly LabelledSpan[] }
  /** Why this item has no labels. */
  | { readonly error: string };

export interface AnnotateOptions {
  readonly signal?: AbortSignal;
  /** Called once for each item as soon as it is done, in any order. What it throws ends the run. */
  readonly onOutcome: (index: number, outcome: AnnotationOutcome) => void;
}

/** When so many items fail one after another and none has succeeded, the rest would fail too. */
const hopeless = 10;

/**
 * Annotates items, several at once. An item that cannot be labelled is reported and the others go on; any other error
 * stops everything, and so do ten failures before the first success.
 */
export async function annotateItems(
  annotator: Annotator,
  items: readonly AnnotationItem[],
  { signal, onOutcome }: AnnotateOptions,
): Promise<void> {
  const stop = new AbortController();
  const whole = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  let next = 0;
  let failures = 0;
  let successes = 0;

  const annotateOne = async (index: number): Promise<void> => {
    try {
      const spans = await annotator.annotate(items[index], { signal: whole });
      successes++;
      onOutcome(index, { spans });
    } catch (error) {
      if (!isAnnotationError(error)) throw error;
      onOutcome(index, { error: error.message });
      failures++;
      if (successes === 0 && failures >= hopeless) {
        throw new AnnotationError(
          `the first ${failures} responses could not be labelled, the last because: ${error.message}`,
        );
      }
    }
  };
  let firstError: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && !whole.aborted) {
      try {
        await annotateOne(next++);
      } catch (error) {
        firstError ??= { error };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(annotator.concurrency, items.length) }, worker));
  signal?.throwIfAborted();
  if (firstError !== undefined) throw firstError.error;
}

/** By its name, because a plugin may come with a copy of core of its own. */
function isAnnotationError(error: unknown): error is AnnotationError {
  return error instanceof Error && error.name === 'AnnotationError';
}
