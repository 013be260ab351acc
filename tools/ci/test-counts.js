/**
 * @typedef {{ fullName: string, status: string }} Assertion
 * @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} TestFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   success: boolean, testResults: TestFile[] }} Results vitest's JSON report
 */

/**
 * Vitest's own counts as the one line that ends a CI run. A file that fails before any of its tests runs (a wrong
 * import, say) has no test to count; it counts as one failure.
 *
 * @param {Results} results
 */
export function countTests(results) {
  const broken = results.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = results.numFailedTests + broken.length;
  const skipped = results.numPendingTests + results.numTodoTests;
  const skips = results.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName, status }) => `${status}: ${name}: ${fullName}`),
  );
  return {
    failed,
    line: `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`,
    skips,
    broken: broken.map(({ name, message }) => `failed to run: ${name}: ${message.split('\n')[0]}`),
  };
}
