import { createRandom, parseRunConfig, type Dataset, type Json, type MaskingRule, type Row } from '@profit-sft/core';
import type { TrainOptions } from '../train.js';
import { BigramModel } from './bigram-model.js';
import { characterTokenizer } from './character-tokenizer.js';

const alphabet = 'abcdefgh ';

function datasetOf(rows: readonly Row[], name: string): Dataset {
  return {
    length: rows.length,
    row: (index) => rows[index],
    origin: (index) => `${name}.jsonl:${index + 1}`,
    fingerprint: JSON.stringify(rows),
  };
}

/** Runs of letters in which each letter is mostly followed by the next one: something a bigram model can learn. */
function letterRows(count: number, seed: number): Row[] {
  const random = createRandom(seed, 'letters');
  const letters = (length: number): string => {
    let at = random.integer(8);
    return Array.from({ length }, () => {
      at = random.next() < 0.8 ? (at + 1) % 8 : random.integer(8);
      return alphabet[at];
    }).join('');
  };
  return Array.from({ length: count }, () => ({ prompt: letters(3), completion: letters(4 + random.integer(6)) }));
}

/** A rule written out for tests of the loop; the real rules live above this package. */
export function ruleOf(weigh: MaskingRule['weigh'], parts: Partial<MaskingRule> = {}): MaskingRule {
  return { name: 'test', needs: [], binary: false, normaliser: 'tokens', scope: 'token', weigh, ...parts };
}

export const everyToken = ruleOf((signals) => new Float32Array(signals.length).fill(1), { name: 'sft', binary: true });

export const aboveThreshold = (threshold: number, parts: Partial<MaskingRule> = {}): MaskingRule =>
  ruleOf((signals) => signals.logProb.map((logProb) => (logProb > Math.fround(Math.log(threshold)) ? 1 : 0)), {
    name: 'profit',
    binary: true,
    ...parts,
  });

/** A rule with random numbers and a state, so that losing either would change what is trained. */
export function ruleWithState(): MaskingRule {
  let seen = 0;
  return ruleOf(
    (signals, { random }) => {
      seen += signals.length;
      return Float32Array.from({ length: signals.length }, () => (random.next() < 0.7 ? 1 + (seen % 7) / 7 : 0));
    },
    {
      normaliser: 'sequence',
      state: { save: (): Json => ({ seen }), load: (state) => void (seen = (state as { seen: number }).seen) },
    },
  );
}

export const smallConfig = {
  model: 'bigram',
  data: { train: 'train.jsonl', eval: 'eval.jsonl' },
  masking: 'sft',
  epochs: 2,
  batchSize: 4,
  microBatchTokens: 32,
  learningRate: 0.05,
  seed: 3,
};

/** A whole run: 22 rows, batches of 4, so 6 steps per epoch of which the last has 2 sequences. */
export function smallRun(
  directory: string,
  config: Readonly<Record<string, unknown>> = {},
  parts: Partial<TrainOptions> = {},
): TrainOptions & { model: BigramModel } {
  return {
    config: parseRunConfig({ ...smallConfig, ...config }),
    model: new BigramModel(alphabet.length + 1),
    tokenizer: characterTokenizer(alphabet),
    masking: everyToken,
    train: datasetOf(letterRows(22, 1), 'train'),
    evaluation: datasetOf(letterRows(10, 2), 'eval'),
    directory,
    ...parts,
  } as TrainOptions & { model: BigramModel };
}

/** The run that is killed: evaluations, checkpoints and their removal within few steps. */
export const killedRunConfig = {
  steps: 6,
  epochs: undefined,
  evaluationSteps: 3,
  checkpointSteps: 2,
  keepCheckpoints: 1,
};
