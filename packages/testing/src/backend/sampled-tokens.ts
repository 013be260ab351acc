import type { GenerateOptions, TrainableModel } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { batchOfSequences } from './test-batches.js';
import { testPrompts } from './test-prompts.js';

/** Log-probabilities over the vocabulary behind each token of a text but the last. */
export async function logProbsAlong(model: TrainableModel, text: readonly number[]): Promise<Float32Array[]> {
  const { vocabularySize: width } = model.description;
  const distributions = await model.distributions(batchOfSequences([text], 'packed'));
  const all = await distributions.logProbs(0, text.length - 1);
  const rows = Array.from({ length: text.length - 1 }, (_, row) => all.slice(row * width, (row + 1) * width));
  distributions.release();
  return rows;
}

/** Draws of a first token behind one prompt. */
export async function draws(
  model: TrainableModel,
  count: number,
  options: Partial<GenerateOptions>,
): Promise<number[]> {
  const [, , prompt] = testPrompts();
  const prompts = Array.from({ length: count }, () => prompt);
  const generations = await model.generate(prompts, { maxTokens: 1, endIds: [], ...options });
  return generations.map(({ tokens }) => tokens[0]);
}

/** The distribution behind that prompt, most probable first, at a temperature. */
export async function distributionBehindPrompt(
  model: TrainableModel,
  temperature: number,
): Promise<[number, number][]> {
  const [, , prompt] = testPrompts();
  const row = (await logProbsAlong(model, [...prompt, 0]))[prompt.length - 1];
  const powers = [...row].map((logProb) => Math.exp(logProb / temperature));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value, id): [number, number] => [id, value / sum]).sort((a, b) => b[1] - a[1]);
}

/** ½ Σ |p − q| between the frequencies of draws and probabilities that are cut to the first `count` and renormalised. */
export function distanceTo(
  sample: readonly number[],
  probabilities: readonly (readonly [number, number])[],
  count: number,
): number {
  const kept = probabilities.slice(0, count);
  const mass = kept.reduce((sum, [, p]) => sum + p, 0);
  const allowed = new Map(kept.map(([id, p]) => [id, p / mass]));
  const frequencies = new Map<number, number>();
  for (const id of sample) frequencies.set(id, (frequencies.get(id) ?? 0) + 1 / sample.length);
  const ids = new Set([...allowed.keys(), ...frequencies.keys()]);
  return [...ids].reduce((sum, id) => sum + Math.abs((frequencies.get(id) ?? 0) - (allowed.get(id) ?? 0)), 0) / 2;
}

/** Draws, and how far their frequencies may be from the distribution: more than twice what is to be expected of chance. */
export const drawCount = 320;
const allowedDistance = 0.12;

export function expectDraws(
  where: string,
  what: string,
  sample: readonly number[],
  probabilities: readonly (readonly [number, number])[],
  count: number,
): void {
  const allowed = new Set(probabilities.slice(0, count).map(([id]) => id));
  const outside = sample.find((id) => !allowed.has(id));
  if (outside !== undefined) {
    throw new ConformanceError(where, `with ${what}, ${outside} is drawn; only ${[...allowed].join(', ')} may be`);
  }
  const distance = distanceTo(sample, probabilities, count);
  if (distance <= allowedDistance) return;
  const message = `with ${what}, the frequencies of ${sample.length} draws are ${distance.toFixed(3)} from the model's probabilities (half the sum of differences)`;
  throw new ConformanceError(where, `${message}; up to ${allowedDistance} would be chance`);
}
