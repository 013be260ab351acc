/** log softmax(logits / temperature), float64. */
export function logSoftmax(logits: Float64Array, temperature = 1): Float64Array {
  const scaled = logits.map((logit) => logit / temperature);
  const highest = scaled.reduce((a, b) => Math.max(a, b));
  const logSum = highest + Math.log(scaled.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  return scaled.map((logit) => logit - logSum);
}
