/** How the next token is chosen from the logits. */
export interface Choice {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 keeps all. */
  readonly topK: number;
  /** 0 keeps all. */
  readonly minP: number;
  /** Of what the text holds already; 1 changes nothing. */
  readonly repetitionPenalty: number;
}

/** Tokens that may come next. */
export interface TokenDistribution {
  readonly ids: Int32Array;
  /** In proportion to their probabilities, as long as `ids`. */
  readonly weights: Float64Array;
}

/** Beyond this many, sorting all is faster than keeping the largest in order. */
const fewTokens = 1024;

/** Index of the largest logit, the first of equals. */
export function greedyToken(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  return best;
}

/**
 * softmax(logits / temperature), cut first to the `topK` most probable, then to the fewest that reach `topP` of what is left (nucleus
 * sampling, arXiv 1904.09751), then to those of at least `minP` times the largest probability (arXiv 2407.01082), as transformers orders
 * them. Of equal logits the lower id is the more probable one.
 */
export function tokenDistribution(logits: Float32Array, choice: Choice): TokenDistribution {
  const { temperature, topP, topK, minP } = choice;
  const max = logits[greedyToken(logits)];
  const weigh = (ids: Int32Array): Float64Array =>
    Float64Array.from(ids, (id) => Math.exp((logits[id] - max) / temperature));
  const ordered = topK > 0 || topP < 1;
  let ids = topK > 0 && topK < logits.length ? mostProbable(logits, topK) : Int32Array.from(logits.keys());
  let weights = weigh(ids);
  if (ordered && ids.length === logits.length) {
    const total = sumOf(weights);
    // What lies below this share does not reach 1 − topP together, so that all of it lies behind the nucleus.
    const floor = topP < 1 ? ((1 - topP) * total) / logits.length : 0;
    ids = sortedByLogit(
      logits,
      ids.filter((id) => weights[id] >= floor),
    );
    weights = weigh(ids);
    if (topP < 1) [ids, weights] = firstOf(ids, weights, nucleusSize(weights, topP * total));
  } else if (topP < 1) [ids, weights] = firstOf(ids, weights, nucleusSize(weights, topP * sumOf(weights)));
  if (minP > 0) {
    // The largest weight is 1.
    ids = ids.filter((_, index) => weights[index] >= minP);
    weights = weights.filter((weight) => weight >= minP);
  }
  return { ids, weights };
}

function firstOf(ids: Int32Array, weights: Float64Array, count: number): [Int32Array, Float64Array] {
  return [ids.subarray(0, count), weights.subarray(0, count)];
}

function sumOf(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** The fewest of falling weights that reach a mass, at least one. */
function nucleusSize(weights: Float64Array, mass: number): number {
  let count = 0;
  for (let reached = 0; count < weights.length && reached < mass; count++) reached += weights[count];
  return Math.max(1, count);
}

function sortedByLogit(logits: Float32Array, ids: Int32Array): Int32Array {
  // Equal logits are ordered by id, so that the draw does not depend on the sort.
  return ids.sort((a, b) => logits[b] - logits[a] || a - b);
}

/** Ids of the `count` largest logits, in order: few of a large vocabulary are found without sorting it. */
function mostProbable(logits: Float32Array, count: number): Int32Array {
  if (count > fewTokens) return sortedByLogit(logits, Int32Array.from(logits.keys())).subarray(0, count);
  const ids = new Int32Array(count);
  let found = 0;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id];
    if (found === count && !(logit > logits[ids[count - 1]])) continue;
    let low = 0;
    let high = found;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (logits[ids[middle]] >= logit) low = middle + 1;
      else high = middle;
    }
    if (found < count) found++;
    ids.copyWithin(low + 1, low, found - 1);
    ids[low] = id;
  }
  return ids;
}
