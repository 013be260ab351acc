import type { StepEvent } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { shownDuration } from './duration.js';
import { progressSink } from './progress-sink.js';
import { printable } from './terminal.js';
import { textTable } from './text-table.js';
import { tokenLine } from './token-colours.js';

const step = (number: number): StepEvent => ({
  type: 'step',
  step: number,
  epoch: 0,
  objective: 1,
  meanNll: 2,
  keptFraction: 0.5,
  meanWeight: 0.5,
  meanProb: 0.3,
  probabilityCounts: [],
  keptCounts: [],
  gradientNorm: 1,
  learningRate: 0.001,
  scoredTokens: 10,
  tokens: 100,
  seconds: 0.5,
});
const start = {
  type: 'start',
  step: 0,
  totalSteps: 100,
  parameters: 1000,
  runtime: 'r',
  masking: 'm',
  seed: 1,
} as const;

describe('progress', () => {
  const run = (interactive: boolean, millisecondsPerStep: number): { text: string; drawn: number } => {
    const { terminal, texts } = recordedTerminal({ interactive, columns: 200 });
    let time = 0;
    const sink = progressSink(terminal.error, { now: () => time });
    void sink.write(start);
    for (let number = 1; number <= 100; number++) {
      void sink.write(step(number));
      time += millisecondsPerStep;
    }
    void sink.close?.();
    return { text: texts.error, drawn: texts.error.match(/step \d+\/100/g)?.length ?? 0 };
  };

  test('an interactive line is redrawn at most ten times a second, and gone at the end', () => {
    const { text, drawn } = run(true, 10);
    expect(drawn).toBe(11);
    expect(text.endsWith('\r\u001b[K')).toBe(true);
    expect(text.split('\n')).toHaveLength(2);
  });

  test('elsewhere there is a line every five seconds, and the last step', () => {
    const { text, drawn } = run(false, 1000);
    expect(drawn).toBe(21);
    expect(text).not.toContain('\u001b');
    expect(text).toContain('step 1/100  200 tokens/s  NLL 2.0000  kept 50.0 %  lr 1.00e-3  50 s left\n');
    expect(text).toContain('step 100/100');
  });

  test('a line longer than the terminal is cut, so that it can be redrawn', () => {
    const { terminal, texts } = recordedTerminal({ interactive: true, columns: 20 });
    const sink = progressSink(terminal.error);
    void sink.write(step(1));
    expect(texts.error).toBe('\r\u001b[Kstep 1/0  200 token');
  });

  test('other events stand above the line', () => {
    const { terminal, texts } = recordedTerminal({ interactive: true });
    const sink = progressSink(terminal.error);
    void sink.write(start);
    void sink.write(step(1));
    void sink.write({ type: 'warning', step: 1, code: 'c', message: 'careful' });
    expect(texts.error).toContain('\r\u001b[Kwarning, step 1: careful\n\r\u001b[Kstep 1/100');
  });
});

test('durations', () => {
  expect([0.4, 42, 187, 3723].map(shownDuration)).toEqual(['0 s', '42 s', '3:07', '1:02:03']);
});

test('columns are aligned and nothing trails', () => {
  expect(
    textTable([
      ['a', 'b'],
      ['long', ''],
    ]),
  ).toBe('a     b\nlong');
});

test('text from outside cannot steer the terminal', () => {
  expect(printable('\u001b[2J\u0007\u009b1A\n\t', { keepLineBreaks: true })).toBe('␛[2J␇\uFFFD1A⏎\n⇥');
  expect(printable('a\nb')).toBe('a⏎b');
});

describe('tokens', () => {
  const tokens = [
    { text: 'ask', target: false },
    { text: ' yes', target: true, logProb: Math.log(0.95), weight: 1 },
    { text: '\u001bno', target: true, logProb: Math.log(0.05), weight: 0 },
    { text: '!', target: true, logProb: 0, weight: 0.5 },
  ];

  test('without colours, masked tokens are in brackets and the digit tells p', () => {
    expect(tokenLine(tokens, false)).toBe('ask yes⁹⟨␛no⟩⁰!⁹');
  });

  test('with colours, masked tokens are struck out and kept ones shaded', () => {
    const line = tokenLine(tokens, true);
    expect(line).toContain('\u001b[2;3mask\u001b[0m');
    expect(line).toContain('\u001b[48;5;26;38;5;231m yes\u001b[0m⁹');
    expect(line).toContain('\u001b[2;9m␛no\u001b[0m');
  });
});
