import { InvalidDataError } from '@profit-sft/core';
import { FailedStepError } from '@profit-sft/trainer';
import { expect, test } from 'vitest';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { reportError } from './report-error.js';

function reported(thrown: unknown): { code: number; error: string } {
  const { terminal, texts } = recordedTerminal();
  return { code: reportError(thrown, terminal), error: texts.error };
}

const defect =
  'profit: this is a defect of profit or of a plugin, not of your input. Please report it with the lines above.\n';

test('what a user can cause is one line, also where it has a cause', () => {
  const thrown = new InvalidDataError('a.jsonl', 'is not JSON', {
    line: 3,
    cause: new SyntaxError('unexpected token'),
  });
  expect(reported(thrown)).toEqual({ code: 3, error: 'profit: a.jsonl:3: is not JSON\n' });
});

test('a defect comes with its stack', () => {
  const thrown = new TypeError('x is undefined');
  expect(reported(thrown)).toEqual({ code: 1, error: `${thrown.stack}\n\n${defect}` });
  expect(reported('text')).toEqual({ code: 1, error: `text\n\n${defect}` });
});

test('a defect in a step comes with its own stack and where in the run it came up', () => {
  const cause = new TypeError('x is undefined');
  const thrown = new FailedStepError('step 3, update', cause);
  expect(thrown.message).toMatch(/^step 3, update: failed with TypeError: x is undefined \(at .*report-error\.test/);
  expect(reported(thrown)).toEqual({ code: 1, error: `${cause.stack}\n\nprofit: ${thrown.message}\n${defect}` });
});

test('a runtime that fails in a step comes with its stack, and is called no defect', () => {
  const cause = new Error('device lost');
  const thrown = new FailedStepError('step 3, update', cause);
  expect(reported(thrown)).toEqual({ code: 7, error: `${cause.stack}\n\nprofit: ${thrown.message}\n` });
});
