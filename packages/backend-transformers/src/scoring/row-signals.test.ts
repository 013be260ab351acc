import { createRandom, modelSignalNames } from '@profit-sft/core';
import { referenceArray, runReference } from '@profit-sft/graph';
import { headPrograms, parseModelConfig, type HeadSignal } from '@profit-sft/models';
import { describe, expect, test } from 'vitest';
import { crossEntropyOfRow, logSoftmax, signalsOfRow } from './row-signals.js';

const width = 37;
const rows = 6;

/** Rows from nearly uniform to nearly certain. */
function randomLogits(): Float32Array[] {
  const random = createRandom(3, 'logits');
  return Array.from({ length: rows }, (_, row) =>
    Float32Array.from({ length: width }, () => 2 ** (row - 2) * random.normal()),
  );
}

/** The signals of the head's own program, in float64: an identity head without a norm's effect, so that hidden states are logits. */
function ofHeadProgram(logits: readonly Float32Array[], targets: readonly number[], towards?: Float32Array[]) {
  const config = parseModelConfig(
    {
      ...{ model_type: 'llama', hidden_size: width, num_attention_heads: 1, num_hidden_layers: 1 },
      ...{ intermediate_size: 4, vocab_size: width, max_position_embeddings: 8, head_dim: 2, rms_norm_eps: 1e-30 },
    },
    'made',
  );
  const signals: HeadSignal[] = ['entropy', 'topEntropy', 'rank', 'maxProb', 'sumSquaredProb', 'mass'];
  const program = headPrograms(config).signals({
    ...{ signals, topK: 5, logProbs: false },
    distribution: towards === undefined ? { towards: 'tempered', temperature: 2 } : { towards: 'reference' },
  });
  const results = logits.map((row, index) => {
    // The norm divides by the root of the mean square: multiplied in again by its weight.
    const scale = Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0) / width);
    const identity = Float64Array.from({ length: width ** 2 }, (_, at) => (at % (width + 1) === 0 ? 1 : 0));
    return runReference(program, {
      hidden: referenceArray([1, width], row),
      norm: referenceArray([width], new Float64Array(width).fill(scale)),
      weight: referenceArray([width, width], identity),
      target: referenceArray([1], [targets[index]]),
      ...(towards === undefined ? {} : { referenceLogProbs: referenceArray([1, width], towards[index]) }),
    });
  });
  return (name: string): number[] => results.map((result) => result[name].data[0]);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  actual.forEach((value, index) => {
    expect(Math.abs(value - expected[index])).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[index])));
  });
}

describe('signals of a row of logits', () => {
  const logits = randomLogits();
  const targets = [0, 36, 5, 17, 9, 22];

  test('are those of the head’s program in float64', () => {
    const expected = ofHeadProgram(logits, targets);
    for (const name of ['logProb', 'entropy', 'topEntropy', 'rank', 'maxProb', 'sumSquaredProb', 'mass'] as const) {
      const own = logits.map((row, index) => signalsOfRow(row, targets[index], [name], 5)[0]);
      expectClose(own, expected(name));
    }
  });

  test('the expected rank is that of sorted probabilities', () => {
    for (const row of logits) {
      const logProbs = new Float32Array(width);
      logSoftmax(row, logProbs);
      const sorted = [...logProbs].sort((a, b) => b - a);
      const exact = sorted.reduce((sum, logProb, index) => sum + (index + 1) * Math.exp(logProb), 0);
      const [own] = signalsOfRow(row, 0, ['expectedRank'], 5);
      // Counted in bins of 1/64 nat, as in the engine.
      expect(Math.abs(own - exact) / exact).toBeLessThan(2e-3);
    }
  });

  test('cross-entropy towards the model’s own distribution at another temperature, and towards another’s', () => {
    const tempered = logits.map((row) => {
      const halved = row.map((logit) => logit / 2);
      logSoftmax(halved, halved);
      return halved;
    });
    expectClose(
      logits.map((row, index) => crossEntropyOfRow(row, tempered[index])),
      ofHeadProgram(logits, targets)('crossEntropy'),
    );
    const others = [...tempered].reverse();
    expectClose(
      logits.map((row, index) => crossEntropyOfRow(row, others[index])),
      ofHeadProgram(logits, targets, others)('crossEntropy'),
    );
  });

  test('a vocabulary below K, equal logits, and logits that would overflow', () => {
    const equal = new Float32Array(4).fill(1000);
    const values = signalsOfRow(equal, 2, modelSignalNames, 20);
    const named = Object.fromEntries(modelSignalNames.map((name, index) => [name, values[index]]));
    const log4 = Math.log(4);
    for (const [name, expected] of Object.entries({
      ...{ logProb: -log4, entropy: log4, topEntropy: log4, rank: 1 },
      ...{ expectedRank: 2.5, maxProb: 0.25, sumSquaredProb: 0.25, mass: 1 },
    })) {
      expect(named[name], name).toBeCloseTo(expected, 6);
    }
  });
});
