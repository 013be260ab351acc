import { expect, test } from 'vitest';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { shownBytes, transferLine } from './transfer-line.js';

test('a bar that is redrawn, and cut to the terminal', () => {
  const { terminal, texts } = recordedTerminal({ interactive: true, columns: 60 });
  let time = 0;
  const line = transferLine(terminal.error, () => time);
  line.show('a.parquet', 2_000_000, 12_000_000);
  time = 50;
  line.show('a.parquet', 3_000_000, 12_000_000);
  time = 1000;
  line.show('a.parquet', 7_000_000, 12_000_000);
  line.clear();
  expect(texts.error.split('\r\u001b[K')).toEqual(
    [
      '',
      '[####--------------------] 16 %  2.0 MB of 12.0 MB  0.0 kB/s',
      '[##############----------] 58 %  7.0 MB of 12.0 MB  5.0 MB/s',
      '',
    ].map((text) => text.slice(0, 59)),
  );
});

test('in a log, a line every five seconds and none for what is quick', () => {
  const { terminal, texts } = recordedTerminal();
  let time = 0;
  const line = transferLine(terminal.error, () => time);
  for (; time <= 11_000; time += 500) line.show('a', time, 20_000);
  line.clear();
  expect(texts.error.trim().split('\n')).toEqual([
    '[######------------------] 25 %  5.0 kB of 20.0 kB  1.0 kB/s  15 s left  a',
    '[############------------] 50 %  10.0 kB of 20.0 kB  1.0 kB/s  10 s left  a',
  ]);
});

test('sizes', () => {
  expect([0, 999, 1e6, 1.26e9].map(shownBytes)).toEqual(['0.0 kB', '1.0 kB', '1.0 MB', '1.3 GB']);
});
