import { describe, expect, it } from 'vitest';
import { asft, dft, profit } from '../index.js';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { keep } from './keep.js';

const texts = ['The', ' answer', ' is', ':', ' 4', '2', '</s>', '<turn>', ': 7', ' answer:', ''];
const vocabulary = { endIds: [6], specialIds: [6, 7], tokenText: (id: number) => texts[id] };
const nothing = profit({ threshold: 1 });
const weigh = (
  options: Omit<Parameters<typeof keep>[0] & object, 'rule'>,
  ids: number[],
  sequence?: number[],
): number[] => {
  const signals = signalsOf(new Array<number>(ids.length).fill(0.5), {
    tokenId: ids,
    ...(sequence === undefined ? {} : { sequence }),
  });
  return [...keep({ ...options, rule: nothing }).weigh(signals, contextAt(1, { vocabulary }))];
};

describe('keep', () => {
  it('gives weight 1 to tokens by id, by turn and by template', () => {
    const ids = [7, 0, 1, 5, 6];
    expect(weigh({ tokens: [1, 5] }, ids)).toEqual([0, 0, 1, 1, 0]);
    expect(weigh({ endOfTurn: true }, ids)).toEqual([0, 0, 0, 0, 1]);
    expect(weigh({ special: true }, ids)).toEqual([1, 0, 0, 0, 1]);
  });

  it('gives weight 1 to what follows the last occurrence of a text, in each sequence', () => {
    const sequence = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2];
    // " answer" twice; then none; then within one token.
    expect(weigh({ answerAfter: 'answer' }, [1, 2, 1, 3, 4, 6, 0, 2, 4, 9, 5], sequence)).toEqual([
      0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1,
    ]);
    expect(weigh({ answerAfter: 'answer is:' }, [0, 1, 2, 3, 4, 5])).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('counts a token that holds the end of the text and more as after it', () => {
    expect(weigh({ answerAfter: ' is:' }, [1, 2, 8, 5])).toEqual([0, 0, 1, 1]);
    expect(weigh({ answerAfter: ':' }, [1, 9, 10, 4])).toEqual([0, 0, 1, 1]);
  });

  it("leaves the rule's weights elsewhere, and its array alone", () => {
    const weights = keep({ rule: dft(), tokens: [0] }).weigh(signalsOf([0.25, 0.5]), contextAt());
    expect([...weights]).toEqual([1, 0.5]);
    const own = Float32Array.of(0, 0);
    keep({ rule: { ...dft(), weigh: () => own }, tokens: [0] }).weigh(signalsOf([0.25, 0.5]), contextAt());
    expect([...own]).toEqual([0, 0]);
  });

  it.each([{ endOfTurn: true }, { special: true }, { answerAfter: ':' }])('needs a tokenizer for %j', (options) => {
    const rule = keep({ rule: profit(), ...options });
    expect(() => rule.weigh(signalsOf([0.5]), contextAt())).toThrow(/"keep": options .* need a tokenizer/);
  });

  it('refuses to keep nothing, or what follows an empty text', () => {
    expect(() => keep({ rule: profit() })).toThrow(/names nothing to keep/);
    expect(() => keep({ rule: profit(), answerAfter: '' })).toThrow(/answerAfter: must not be empty/);
    expect(() => keep({ rule: profit(), tokens: [-1] })).toThrow(/tokens.0/);
    expect(() => keep({ tokens: [1] } as never)).toThrow(/rule: is required/);
  });

  it('takes over what the rule is', () => {
    expect(keep({ rule: profit({ normaliser: 'kept' }), tokens: [1] })).toMatchObject({
      binary: true,
      normaliser: 'kept',
    });
    expect(keep({ rule: asft(), tokens: [1] }).distributionTerm?.towards).toBe('reference');
  });
});
