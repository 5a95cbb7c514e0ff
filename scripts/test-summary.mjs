// Prints the counts of vitest JSON reports, added up, in one plain line; fails when one is missing or anything failed.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    process.stdout.write('The tests did not run to their end: there is no report. The messages above say why.\n');
    failed += 1;
    continue;
  }
  // A file that could not be loaded has no test that failed, and is a failure all the same.
  const broken = report.testResults.filter(
    (entry) => entry.status === 'failed' && !entry.assertionResults.some((test) => test.status === 'failed'),
  );
  for (const entry of broken) process.stdout.write(`could not run ${entry.name}: ${entry.message.split('\n')[0]}\n`);
  passed += report.numPassedTests;
  failed += report.numFailedTests + broken.length;
  if (report.numPassedTests === 0) failed = Math.max(1, failed);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
