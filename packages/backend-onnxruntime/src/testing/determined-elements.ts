/**
 * The elements of a parameter (or what was made of it) whose AdamW step does not hang on rounding. Where keys are not rotated, their
 * bias adds the same to all scores of a query: its gradient is 0 but for rounding, of which AdamW makes a whole step. GPT-2's
 * keys are the second third of `c_attn`.
 */
export function determinedElements(name: string, data: Float32Array): Float32Array {
  if (!name.endsWith('.attn.c_attn.bias')) return data;
  const third = data.length / 3;
  return data.filter((_, i) => i < third || i >= 2 * third);
}
