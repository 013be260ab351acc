/** By what the log-likelihood of an option is divided: nothing, its characters (Unicode code points) or its bytes in UTF-8. */
export type Normalisation = 'none' | 'characters' | 'bytes';

const lengthOf: Readonly<Record<Normalisation, (option: string) => number>> = {
  none: () => 1,
  characters: (option) => [...option].length,
  bytes: (option) => Buffer.byteLength(option),
};

/** Index of the likeliest option, the first of equals. An empty option, which has no length, is never chosen by it. */
export function chooseOption(
  options: readonly string[],
  logLikelihoods: ArrayLike<number>,
  normalisation: Normalisation,
): number {
  let [best, highest] = [0, -Infinity];
  options.forEach((option, index) => {
    const value = logLikelihoods[index] / lengthOf[normalisation](option);
    if (value > highest) [best, highest] = [index, value];
  });
  return best;
}
