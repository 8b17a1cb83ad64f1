// Prints `N passed, N failed, N skipped` from Vitest's JSON report; called last by .ci/run, also after a failure.
// Usage: node scripts/ci-summary.js <report.json>
import { existsSync, readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);

if (path === undefined || !existsSync(path)) {
  console.log('The tests did not run to their end.');
  console.log('0 passed, 0 failed, 0 skipped');
} else {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  // A file that fails before its first test has no failed test to its name, and must not look green.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  for (const { name, message } of brokenFiles) console.log(`broken: ${name}\n${message}`);
  const failed = report.numFailedTests + brokenFiles.length;
  const skipped = report.numPendingTests + report.numTodoTests;
  console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
}
