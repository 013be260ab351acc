import { analyseLabels } from '@profit-sft/annotators';
import { createRandom } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { clusteredDifference } from './clustered-difference.js';
import { thresholds, type Comparison } from './compare-models.js';
import { bestPoint, pageOf, verdict } from './core-tokens-page.js';

/** Twenty prompts whose core tokens have a probability about `core`, their trivial ones about `trivial`. */
function comparison(model: string, core: number, trivial: number): Comparison {
  const random = createRandom(3, model);
  const responses = Array.from({ length: 20 }, (_, prompt) => ({
    ...{ prompt: String(prompt), draw: 'all' },
    labels: ['core', 'core', 'trivial', 'trivial', 'trivial', 'trivial'] as const,
    probabilities: [core, core, trivial, trivial, trivial, trivial].map(
      (centre) => centre + 0.1 * random.next() - 0.05,
    ),
  }));
  return {
    ...{ model, data: 'made up', byDraw: [] },
    analysis: analyseLabels(responses, { bins: 10, thresholds, permutations: 99, random }),
    difference: clusteredDifference(responses, random),
  };
}

const more = comparison('more', 0.75, 0.25);
const less = comparison('less', 0.25, 0.75);
const equal = comparison('equal', 0.5, 0.5);

test('a verdict needs an interval on one side of 0', () => {
  expect([more, less].map(verdict)).toEqual(['more', 'less']);
  expect(verdict({ ...equal, difference: { value: 0.1, lower: -0.01, upper: 0.2 } })).toBe('undecided');
});

test('the best threshold separates the two', () => {
  expect(bestPoint(more).threshold).toBe(0.3);
  expect(bestPoint(more)).toMatchObject({ recall: 1, falsePositiveRate: 0 });
});

describe('the page', () => {
  const page = pageOf([more, less], 'a machine');

  test('says where core tokens are not more probable', () => {
    expect(page).toContain(
      'more probable in 1 of 2 comparisons, less probable in 1: less, made up; no difference is shown in 0.',
    );
    expect(page).toMatch(/\*\*less, made up\*\*: core tokens are \*\*less\*\* probable: the means differ by −0\.[45]/);
    expect(page).toMatch(
      /separates best for more, made up \(area under the curve 1\.000\) and worst for less, made up \(0\.000/,
    );
  });

  test('names a best threshold only where one separates', () => {
    expect(page).toContain('farthest above that of the trivial ones at τ = 0.3.');
    expect(page).toContain('At no τ from 0.1 to 0.9 is a larger share kept');
  });

  test('says what the mask keeps', () => {
    expect(page).toContain('p > 0.1 keeps 100.0 % of the core tokens and 100.0 % of the trivial ones');
    expect(page).toContain('no more than the 33.3 % of all tokens');
    // A third of the tokens are core, and above 0.5 all of those that are kept.
    expect(page).toContain('| 0.5 | 33.3 % | 100.0 % | 100.0 % | 0.0 % |');
  });
});
