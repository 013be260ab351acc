import { expect, test } from 'vitest';
import { countTests } from './test-counts.js';

const counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, success: true };

test('the line carries the runner’s own counts, and skips are listed by name', () => {
  const { line, skips, failed } = countTests({
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
          { fullName: 'one', status: 'failed' },
          { fullName: 'two (needs data)', status: 'skipped' },
          { fullName: 'three', status: 'todo' },
        ],
      },
    ],
  });
  expect(line).toBe('3 passed, 1 failed, 2 skipped');
  expect(failed).toBe(1);
  expect(skips).toEqual(['skipped: a.test.ts: two (needs data)', 'todo: a.test.ts: three']);
});

test('a file that cannot be run is a failure although no test of it failed', () => {
  const testResults = [{ name: 'b.test.ts', status: 'failed', message: 'no such module\nstack', assertionResults: [] }];
  const { line, broken } = countTests({ ...counts, numPassedTests: 5, success: false, testResults });
  expect(line).toBe('5 passed, 1 failed, 0 skipped');
  expect(broken).toEqual(['failed to run: b.test.ts: no such module']);
});
