import { AnnotationError } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { parseJudgeAnswer } from './judge-answer.js';

describe('parseJudgeAnswer', () => {
  test.each([
    '{"core": [[1, 2], [4, 4]]}',
    '```json\n{"core": [[1,2],[4,4]]}\n```',
    'Here: {"core":[[1,2],[4,4]]} Bye',
  ])('reads %j', (text) => expect(parseJudgeAnswer(text, 5)).toEqual([false, true, true, false, true]));

  test.each([
    ['', 'not JSON'],
    ['{"core": [[1, 2]', 'not JSON'],
    ['\u001b[2J{'.repeat(50_000), 'not JSON'],
    ['['.repeat(100_000), 'not JSON'],
    ['null', 'no list "core"'],
    ['{"core": "all"}', 'no list "core"'],
    ['{"core": [1, 2]}', 'not two whole numbers'],
    ['{"core": [[1, 2, 3]]}', 'not two whole numbers'],
    ['{"core": [[0.5, 1]]}', 'not two whole numbers'],
    ['{"core": [[0, 5]]}', 'not within the words 0 to 4'],
    ['{"core": [[-1, 1]]}', 'out of order'],
    ['{"core": [[2, 3], [1, 1]]}', 'out of order'],
    ['{"core": [[0, 1e308]]}', 'not two whole numbers'],
  ])('refuses %.30j', (text, message) => {
    const run = (): unknown => parseJudgeAnswer(text, 5);
    expect(run).toThrow(AnnotationError);
    expect(run).toThrow(message);
    try {
      run();
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(250);
      expect((error as Error).message).not.toContain('\u001b');
    }
  });
});
