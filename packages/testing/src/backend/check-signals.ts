import {
  defaultTopK,
  modelSignalNames,
  type ModelSignalName,
  type TokenBatch,
  type TokenSignals,
} from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { copyOfSignals, firstDifference } from '../signals/select-signals.js';
import { signalsOfToken } from '../softmax-model/signals-of-token.js';
import { modelOf, toleranceOf, whereOf, withModel, type BackendSubject } from './backend-subject.js';
import { expectEqualSignals, expectNumbers } from './compare.js';
import { referencePass } from './reference-pass.js';
import { parametersOf } from './saved-parameters.js';
import { testBatch } from './test-batches.js';

/** Ranks are counted in bins of probability by some engines; a thousandth is what the signal's definition bears. */
const expectedRankTolerance = 1e-3;

/** The signals that the model computes, of each scored token, are those of the float64 distributions; K of `topEntropy` is the one asked for. */
export async function checkSignals(subject: BackendSubject): Promise<void> {
  const { config, directory } = await modelOf(subject);
  const where = whereOf(subject);
  const batch = testBatch();
  const count = batch.scored.length;
  const { logProbs } = referencePass(config, await parametersOf(directory), batch, {
    weights: new Float32Array(count),
  });
  await withModel(subject, async (model) => {
    const names = model.description.signals;
    for (const topK of [defaultTopK, 5]) {
      const forward = await model.forward(batch, names, { topK });
      const { signals } = forward;
      forward.release();
      checkPlaces(where, batch, signals);
      const expected = logProbs.map((row, token) => signalsOfToken(row, batch.scored.target[token], topK));
      for (const name of names) {
        const found = signals[name];
        if (found === undefined) throw new ConformanceError(where, `the signal "${name}" was asked for and is missing`);
        expectNumbers(
          where,
          (token) => `forward: ${name} of token ${token}`,
          found,
          expected.map((token) => token[name]),
          name === 'expectedRank' ? expectedRankTolerance : toleranceOf(subject).signals,
        );
      }
    }
  });
}

function checkPlaces(where: string, { scored }: TokenBatch, signals: TokenSignals): void {
  if (signals.length !== scored.length) {
    throw new ConformanceError(where, `signals of ${signals.length} tokens for ${scored.length} scored ones`);
  }
  for (const [name, expected] of [
    ['sequence', scored.sequence],
    ['position', scored.position],
    ['tokenId', scored.target],
  ] as const) {
    expectNumbers(where, (token) => `signals.${name} of token ${token}`, signals[name], expected, 0);
  }
}

/** Beside `logProb` exactly what is asked for is computed. */
export async function checkRequestedSignals(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  await withModel(subject, async (model) => {
    const optional = model.description.signals.filter((name) => name !== 'logProb');
    for (const needs of [[], ...optional.map((name): ModelSignalName[] => [name])]) {
      const signals = await model.score(testBatch(), needs);
      const found = modelSignalNames.filter((name) => signals[name] !== undefined);
      const wanted = modelSignalNames.filter((name) => name === 'logProb' || needs.includes(name));
      if (found.join() === wanted.join()) continue;
      throw new ConformanceError(
        where,
        `asked for [${needs.join(', ')}], score returns ${found.join(', ') || 'nothing'}`,
      );
    }
  });
}

/** `score` gives the signals of `forward`; what either gave stays as it is, and so does the batch. */
export async function checkScore(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const { batches } = toleranceOf(subject);
  await withModel(subject, async (model) => {
    const names = model.description.signals;
    const batch = testBatch();
    const forward = await model.forward(batch, names);
    const first = copyOfSignals(forward.signals);
    forward.release();
    const scored = await model.score(batch, names);
    expectEqualSignals(where, 'score and forward differ', names, scored, first, batches);
    const second = copyOfSignals(scored);
    await model.score(testBatch(1), names);
    for (const [what, now, then] of [
      ['forward', forward.signals, first],
      ['score', scored, second],
    ] as const) {
      const changed = firstDifference(now, then);
      if (changed !== undefined) {
        throw new ConformanceError(where, `the signal "${changed}" that ${what} returned changes with the next batch`);
      }
    }
    if (JSON.stringify(batch) !== JSON.stringify(testBatch())) {
      throw new ConformanceError(where, 'the batch that a pass is given is changed by it');
    }
  });
}
