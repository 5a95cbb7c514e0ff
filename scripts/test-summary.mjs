// Prints the counts of a vitest JSON report in one plain line; fails when there is no report or anything failed.
import { readFileSync } from 'node:fs';

let report;
try {
  report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
} catch {
  process.stdout.write('The tests did not run to their end: there is no report. The messages above say why.\n');
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}
// A file that could not be loaded has no test that failed, and is a failure all the same.
const broken = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
);
for (const file of broken) process.stdout.write(`could not run ${file.name}: ${file.message.split('\n')[0]}\n`);
const failed = report.numFailedTests + broken.length;
process.stdout.write(`${report.numPassedTests} passed, ${failed} failed\n`);
process.exit(failed === 0 && report.numPassedTests > 0 ? 0 : 1);
