/**
 * Makes tokens that a text holds less probable, in place: their logits are divided by the penalty where positive and multiplied by it where
 * negative (CTRL, arXiv 1909.05858, section 4.1, as transformers does it). A token that comes twice is penalised once.
 */
export function penaliseRepetition(logits: Float32Array, held: ReadonlySet<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const id of held) logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
}
