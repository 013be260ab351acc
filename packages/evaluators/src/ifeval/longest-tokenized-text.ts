/**
 * How much of a response is cut into sentences or words by NLTK's rules, in UTF-16 units: a bound in time for hostile responses,
 * many times what a model writes in 1,280 tokens.
 */
export const longestTokenizedText = 50_000;
