import { expect, test } from 'vitest';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { countLine } from './count-line.js';

test('shows what is done and the time left, by what was done since it began', () => {
  const { terminal, texts } = recordedTerminal({ interactive: true });
  let time = 5000;
  const line = countLine(terminal.error, 'gsm8k', () => time);
  line.show(400, 1000);
  time += 50;
  line.show(405, 1000);
  time += 450;
  line.show(410, 1000);
  time += 9500;
  line.show(500, 1000);
  line.clear();
  const clear = '\r\u001b[K';
  expect(texts.error).toBe(
    `${clear}gsm8k: 400 of 1000${clear}gsm8k: 410 of 1000${clear}gsm8k: 500 of 1000, 50 s left${clear}`,
  );
});

test('is silent where nobody watches', () => {
  const { terminal, texts } = recordedTerminal();
  const line = countLine(terminal.error, 'gsm8k');
  line.show(1, 2);
  line.clear();
  expect(texts.error).toBe('');
});
