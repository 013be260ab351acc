/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Assertion
 * @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} TestFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   success: boolean, testResults: TestFile[] }} Results vitest's JSON report
 */

/** Lines of a message that are kept: what was expected, and where. */
const messageLines = 12;

/**
 * Vitest's own counts as the one line that ends a CI run, the skipped tests by name, and what failed with its message. A
 * file that fails before any of its tests runs (a wrong import, say) has no test to count; it counts as one failure.
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
  const failures = results.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(
        ({ fullName, failureMessages = [] }) =>
          `failed: ${name}: ${fullName}\n${shortened(failureMessages.join('\n'))}`,
      ),
  );
  return {
    failed,
    line: `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`,
    skips,
    failures: [...broken.map(({ name, message }) => `failed to run: ${name}: ${message.split('\n')[0]}`), ...failures],
  };
}

/** @param {string} message */
function shortened(message) {
  const lines = message.split('\n');
  const left = lines.length - messageLines;
  return [...lines.slice(0, messageLines), ...(left > 0 ? [`(${left} more lines above)`] : [])]
    .map((line) => `  ${line}`)
    .join('\n');
}
