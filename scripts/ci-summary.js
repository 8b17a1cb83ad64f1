// Prints `N passed, N failed, N skipped` from Vitest's JSON reports; called last by .ci/run, also after a failure.
// Usage: node scripts/ci-summary.js <report.json>…
import { existsSync, readFileSync } from 'node:fs';

const paths = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };

for (const path of paths) {
  if (!existsSync(path)) {
    console.log(`These tests did not run to their end: ${path}`);
    sum.failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8'));
  // A file that fails before its first test has no failed test to its name, and must not look green.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  for (const { name, message } of brokenFiles) console.log(`broken: ${name}\n${message}`);
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests + brokenFiles.length;
  sum.skipped += report.numPendingTests + report.numTodoTests;
}

console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
