// Sums the results of several test runs into one line: `tests: N passed, N failed`.

import { existsSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
  if (!existsSync(file)) {
    failed++;
    continue;
  }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  passed += numPassedTests;
  failed += numFailedTests;
  // A file that does not load has no tests to count, and is a failure all the same.
  for (const { status, assertionResults } of testResults) {
    if (status === 'failed' && assertionResults.length === 0) failed++;
  }
}
console.log(`tests: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
