import { expect, test } from 'vitest';
import { guideExcerpts } from './guide-excerpt.js';

const page = [
  '# Rules',
  '## By `p` (all)',
  '| rule | weight |',
  '| --- | --- |',
  '| `one` | a |',
  '| `two` | b |',
  '|  | c |',
  '| `three` | d |',
  '',
  '- `two`: it',
  '  goes on',
  '- `twofold`: another',
  '### `two`',
  'A section.',
  '## Options',
  '| plugin | option |',
  '| --- | --- |',
  '| `two` | `x` |',
].join('\n');

test('what a page says of a plugin: rows that go on, items, a section', () => {
  expect(guideExcerpts(page, 'two')).toEqual([
    { anchor: 'by-p-all', section: 'By p (all)', text: '| rule | weight |\n| --- | --- |\n| `two` | b |\n|  | c |' },
    { anchor: 'by-p-all', section: 'By p (all)', text: '- `two`: it\n  goes on' },
    { anchor: 'two', section: 'two', text: 'A section.' },
  ]);
});

test('nothing for a plugin that the page does not name', () => {
  expect(guideExcerpts(page, 'four')).toEqual([]);
});
