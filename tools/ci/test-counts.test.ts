import { expect, test } from 'vitest';
import { countTests } from './test-counts.js';

const counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, success: true };

test('the line carries the runner’s own counts; skips and failures are listed by name', () => {
  const { line, skips, failures, failed } = countTests({
    ...counts,
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          {
            fullName: 'one',
            status: 'failed',
            failureMessages: ['expected 1 to be 2', ...Array<string>(20).fill('  at')],
          },
          { fullName: 'two (needs data)', status: 'skipped' },
          { fullName: 'three', status: 'todo' },
        ],
      },
    ],
  });
  expect(line).toBe('3 passed, 1 failed, 2 skipped');
  expect(failed).toBe(1);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(/^failed: a\.test\.ts: one\n {2}expected 1 to be 2\n/);
  expect(failures[0]).toMatch(/9 more lines above\)$/);
  expect(skips).toEqual(['skipped: a.test.ts: two (needs data)', 'todo: a.test.ts: three']);
});

test('a file that cannot be run is a failure although no test of it failed', () => {
  const testResults = [{ name: 'b.test.ts', status: 'failed', message: 'no such module\nstack', assertionResults: [] }];
  const { line, failures } = countTests({ ...counts, numPassedTests: 5, success: false, testResults });
  expect(line).toBe('5 passed, 1 failed, 0 skipped');
  expect(failures).toEqual(['failed to run: b.test.ts: no such module']);
});
