import type { TokenBatch, TokenSignals, TrainableModel } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';
import { tokensOf } from '../signals/select-signals.js';
import { toleranceOf, whereOf, withModel, type BackendSubject } from './backend-subject.js';
import { expectEqualSignals } from './compare.js';
import { gradientNormOf, pass } from './observe-gradients.js';
import { batchOfRows, batchOfSequences, randomSequences } from './test-batches.js';

const lengths = [6, 9, 4, 11];

/** The scored tokens of one sequence of the batch. */
function ofSequence(signals: TokenSignals, sequence: number): TokenSignals {
  return tokensOf(
    signals,
    [...signals.sequence.keys()].filter((token) => signals.sequence[token] === sequence),
  );
}

/** A sequence's signals are the same alone, packed with others, padded, and in a row of any place. */
export async function checkLayouts(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const sequences = randomSequences(2, lengths);
  const [a, b, c, d] = sequences;
  const layouts: readonly (readonly [string, TokenBatch, readonly number[]])[] = [
    ['packed in one row', batchOfSequences(sequences, 'packed'), [0, 1, 2, 3]],
    ['packed in another order', batchOfSequences([d, b, a, c], 'packed'), [3, 1, 0, 2]],
    ['padded', batchOfSequences(sequences, 'padded'), [0, 1, 2, 3]],
    ['padded further', batchOfSequences(sequences, 'padded', { padding: 7 }), [0, 1, 2, 3]],
    ['in rows of another order', batchOfSequences([c, d, b, a], 'padded'), [2, 3, 1, 0]],
    ['packed in rows with padding', batchOfRows([[d, a], [b], [c]], { padding: 2 }), [3, 0, 1, 2]],
  ];
  await withModel(subject, async (model) => {
    const names = model.description.signals;
    const alone: TokenSignals[] = [];
    for (const sequence of sequences) alone.push(await model.score(batchOfSequences([sequence], 'packed'), names));
    for (const [layout, batch, order] of layouts) {
      const signals = await model.score(batch, names);
      order.forEach((original, place) => {
        const what = `a sequence of ${lengths[original]} tokens ${layout} is not the same as alone`;
        expectEqualSignals(
          where,
          what,
          names,
          ofSequence(signals, place),
          alone[original],
          toleranceOf(subject).batches,
        );
      });
    }
  });
}

/** What comes behind a token changes nothing for it. */
export async function checkCausality(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const [first, second] = randomSequences(3, [12, 12]);
  const kept = 7;
  const other = [...first.slice(0, kept), ...second.slice(kept)];
  await withModel(subject, async (model) => {
    const early = async (sequence: readonly number[]): Promise<TokenSignals> => {
      const signals = await model.score(batchOfSequences([sequence], 'packed'), []);
      return tokensOf(signals, [...Array(kept - 1).keys()]);
    };
    const what = 'log p of a token depends on what comes behind it';
    const expected = await early(first);
    for (const sequence of [other, first.slice(0, kept)]) {
      expectEqualSignals(where, what, ['logProb'], await early(sequence), expected, toleranceOf(subject).batches);
    }
  });
}

/** A batch without scored tokens has no signals and no gradient, and a batch that scores some of its tokens has those. */
export async function checkFewScoredTokens(subject: BackendSubject): Promise<void> {
  const where = whereOf(subject);
  const sequences = randomSequences(4, [5, 8]);
  const none = batchOfSequences(sequences, 'padded', { prompt: 8 });
  await withModel(subject, async (model: TrainableModel) => {
    for (const signals of [await model.score(none, model.description.signals), await heldSignals(model, none)]) {
      if (signals.length === 0 && signals.logProb.length === 0) continue;
      throw new ConformanceError(
        where,
        `a batch without scored tokens has signals of ${signals.logProb.length} tokens`,
      );
    }
    await pass(model, none, new Float32Array(0));
    const norm = await gradientNormOf(model);
    if (norm !== 0)
      throw new ConformanceError(where, `a batch without scored tokens leaves a gradient of norm ${norm}`);
    const all = await model.score(batchOfSequences(sequences, 'padded'), []);
    const some = await model.score(batchOfSequences(sequences, 'padded', { prompt: 3 }), []);
    // Of the tokens behind a prompt of one, those that are also behind a prompt of three.
    const later = tokensOf(
      all,
      [...all.position.keys()].filter((token) => all.position[token] >= 2),
    );
    const what = 'log p of a token changes when fewer tokens are scored';
    expectEqualSignals(where, what, ['logProb'], some, later, toleranceOf(subject).batches);
  });
}

async function heldSignals(model: TrainableModel, batch: TokenBatch): Promise<TokenSignals> {
  const forward = await model.forward(batch, []);
  forward.release();
  return forward.signals;
}
