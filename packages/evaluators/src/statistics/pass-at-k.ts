/**
 * The unbiased estimate of pass@k, the probability that at least one of k answers is correct: 1 − C(n−c, k) / C(n, k), computed
 * as a product so that nothing overflows (Chen et al., 2021, arXiv 2107.03374, equation 1).
 *
 * @param count n, answers to the question, at least k
 * @param correct c, of these
 */
export function passAtK(count: number, correct: number, k: number): number {
  if (count - correct < k) return 1;
  let allWrong = 1;
  for (let i = count - correct + 1; i <= count; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}
