import { expect, test } from 'vitest';
import { summaryTable } from './summary-table.js';

test('numbers are aligned and rounded, missing cells are dashes, text is escaped', () => {
  const html = summaryTable(
    [{ title: 'run' }, { title: 'NLL <nats>', digits: 3 }, { title: 'kept' }],
    [
      ['<sft>', -1.23456, 1],
      ['profit', null, 0.123456],
    ],
    { caption: 'a & b' },
  );
  expect(html).toContain('<caption>a &amp; b</caption>');
  expect(html).toContain('<th scope="col" class="number">NLL &lt;nats&gt;</th>');
  expect(html).toContain('<th scope="row">&lt;sft&gt;</th><td class="number">−1.235</td><td class="number">1</td>');
  expect(html).toContain('<th scope="row">profit</th><td class="number">–</td><td class="number">0.1235</td>');
});

test('figures that are not finite are written as such', () => {
  const html = summaryTable(
    [{ title: 'a' }, { title: 'b' }],
    [
      ['x', Infinity],
      ['y', NaN],
      ['z', 1e-9],
    ],
  );
  expect(html).toMatch(/∞.*NaN.*1\.00e-9/s);
});
