import { describe, expect, it } from 'vitest';
import { hendrycksEquivalent, hendrycksForm } from './hendrycks-form.js';

describe('hendrycksForm', () => {
  it.each([
    [String.raw`\frac12`, String.raw`\frac{1}{2}`],
    [String.raw`\frac1{72}`, String.raw`\frac{1}{72}`],
    [String.raw`\frac{3}4`, String.raw`\frac{3}{4}`],
    [String.raw`\dfrac{\frac12}{3}`, String.raw`\frac{\frac{1}{2}}{3}`],
    [String.raw`k = 5`, '5'],
    [String.raw`10\text{ units}`, '10'],
    [String.raw`90^\circ`, '90'],
    ['.5', String.raw`\frac{1}{2}`],
    ['3/4', String.raw`\frac{3}{4}`],
    ['a/4', 'a/4'],
    [String.raw`\sqrt2+\sqrt{3}`, String.raw`\sqrt{2}+\sqrt{3}`],
    [String.raw`\frac`, String.raw`\frac`],
    [String.raw`\frac{1`, String.raw`\frac{1`],
    ['', ''],
  ])('%s is %s', (answer, form) => expect(hendrycksForm(answer)).toBe(form));

  it('compares text, not values', () => {
    expect(hendrycksEquivalent('1+2', '1 + 2')).toBe(true);
    expect(hendrycksEquivalent('2+1', '1+2')).toBe(false);
  });
});
