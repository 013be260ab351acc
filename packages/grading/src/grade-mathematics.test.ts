import { describe, expect, it } from 'vitest';
import { gradeMathematics } from './grade-mathematics.js';

describe('gradeMathematics', () => {
  it('tells what it took and why', () => {
    expect(gradeMathematics(String.raw`Therefore $\boxed{\frac{2}{4}}$.`, '1/2')).toEqual({
      correct: true,
      extracted: String.raw`\frac{2}{4}`,
      reason: 'equal',
    });
    expect(gradeMathematics('The answer is 3.', '4')).toEqual({ correct: false, extracted: '3', reason: 'different' });
    expect(gradeMathematics('I do not know.', '4')).toEqual({ correct: false, extracted: null, reason: 'no answer' });
    expect(gradeMathematics(String.raw`\boxed{${'1'.repeat(9000)}}`, '4')).toMatchObject({ reason: 'unreadable' });
  });

  it('takes any of several references', () => {
    expect(gradeMathematics('#### 7', ['6', '7.0'], { extraction: 'marked' }).correct).toBe(true);
    expect(gradeMathematics('#### 7', ['6', '8'], { extraction: 'marked' }).correct).toBe(false);
    expect(gradeMathematics('#### 7', [], { extraction: 'marked' }).correct).toBe(false);
  });

  it('passes options on', () => {
    expect(gradeMathematics('about 0.33', '1/3').correct).toBe(false);
    expect(gradeMathematics('about 0.33', '1/3', { decimals: 2 }).correct).toBe(true);
  });
});
