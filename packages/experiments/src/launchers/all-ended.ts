/**
 * Waits for all, also where one fails: what the others started is followed to its end.
 * @throws the first failure
 */
export async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}
