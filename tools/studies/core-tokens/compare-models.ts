import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyseLabels, type LabelAnalysis } from '@profit-sft/annotators';
import { createRandom } from '@profit-sft/core';
import { dataFile } from '../../../examples/e2e-nlg/data-folder.js';
import { clusteredDifference, type Interval } from './clustered-difference.js';
import { fineTuned } from './fine-tuned-models.js';
import { labelProbabilities, type LabelledResponse } from './label-probabilities.js';
import { bundledModel, e2e, wordProblems, type LabelledData } from './labelled-data.js';

/** One model on one kind of data. */
export interface Comparison {
  readonly model: string;
  readonly data: string;
  readonly analysis: LabelAnalysis;
  readonly difference: Interval;
  /** The difference in each draw of the data, where there are several. */
  readonly byDraw: readonly number[];
}

export const thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

function compare(model: string, data: LabelledData, responses: readonly LabelledResponse[]): Comparison {
  const random = (purpose: string) => createRandom(0, 'core tokens', purpose);
  const draws = Object.keys(data.draws);
  const meanDifference = (some: readonly LabelledResponse[]): number => {
    const { core, trivial } = analyseLabels(some, { permutations: 0, random: random('none') });
    return core.mean - trivial.mean;
  };
  return {
    ...{ model, data: data.title },
    analysis: analyseLabels(responses, { bins: 10, thresholds, permutations: 1999, random: random('permutations') }),
    difference: clusteredDifference(responses, random('bootstrap')),
    byDraw:
      draws.length > 1
        ? draws.map((draw) => meanDifference(responses.filter((response) => response.draw === draw)))
        : [],
  };
}

/**
 * Both base models on both kinds of data, then each model on its own kind after sft and after profit.
 *
 * @param onDone called with what was just compared
 */
export async function compareModels(onDone: (title: string) => void): Promise<Comparison[]> {
  const folder = mkdtempSync(join(tmpdir(), 'profit-core-tokens-'));
  const comparisons: Comparison[] = [];
  const add = async (title: string, model: string, data: LabelledData): Promise<void> => {
    const own = join(folder, String(comparisons.length));
    mkdirSync(own);
    comparisons.push(compare(title, data, await labelProbabilities(data, model, own)));
    onDone(`${title}, ${data.title}`);
  };
  try {
    const models = [
      { title: 'bundled', directory: bundledModel, own: wordProblems, learningRate: 0.0005 },
      { title: 'stories260K', directory: dataFile('models/stories260K/hf'), own: e2e, learningRate: 0.003 },
    ];
    for (const { title, directory } of models) {
      for (const data of [wordProblems, e2e]) await add(title, directory, data);
    }
    for (const { title, directory, own, learningRate } of models) {
      for (const [rule, masking] of [
        ['sft', 'sft'],
        ['profit, τ = 0.1', { name: 'profit', threshold: 0.1 }],
      ] as const) {
        const training = mkdtempSync(join(folder, 'training-'));
        await add(`${title}, after ${rule}`, await fineTuned(directory, own, masking, learningRate, training), own);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return comparisons;
}
