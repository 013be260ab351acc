import { expect, test } from 'vitest';
import { packagesSection } from './quality-page.js';
import { scenarios } from './scenarios.js';
import { sizeBudget } from './size-budget.js';

test('counts packages for each Node, and names those that were not tried', () => {
  const shared = { version: '1.0.0', size: 1024, unpackedSize: 2048, types: ['node16'] } as const;
  const results = {
    core: { ...shared, bytes: 500_000, native: [], nodes: ['20.19.0', '22.1.0'] },
    graph: { ...shared, bytes: 12_345_678, native: ['addon'], nodes: ['20.19.0'] },
  };
  const lines = packagesSection(results, ['core', 'graph', 'masking']).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '| 20.19.0 | 2 of 3 |',
      '| 22.1.0 | 1 of 3 |',
      'Not tried yet, or failed: `masking`.',
      `| \`core\` | 1.0.0 | 1 | 2 of ${sizeBudget.core} | 0.5 | none | 20.19.0, 22.1.0 |`,
      `| \`graph\` | 1.0.0 | 1 | 2 of ${sizeBudget.graph} | 12.3 | \`addon\` | 20.19.0 |`,
    ]),
  );
});

test('has a row for each scenario whose package was tried', () => {
  const cli = { version: '1.0.0', size: 1024, unpackedSize: 2048, types: [], bytes: 1, native: [], nodes: ['22.1.0'] };
  const section = packagesSection({ cli }, ['cli', 'masking']);
  expect(section).toContain(`| ${scenarios.cli?.title} | ${scenarios.cli?.tried} | 22.1.0 |`);
  expect(section).not.toContain(scenarios.masking?.title);
});
