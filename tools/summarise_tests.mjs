// Adds up the reports of all runners and prints the closing line. Exits 1 when anything failed.
// Usage: summarise_tests.mjs REPORT_FOLDER STEPS_FAILED
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, stepsFailed] = [process.argv[2], Number(process.argv[3])];
const total = { passed: 0, failed: 0, skipped: 0 };

function addGoogleTest(report) {
  for (const suite of report.testsuites ?? []) {
    for (const test of suite.testsuite) {
      if (test.result === 'SKIPPED') total.skipped += 1;
      else if (test.failures?.length) total.failed += 1;
      else total.passed += 1;
    }
  }
}

const again = [];
function addNode(report) {
  for (const outcome of Object.keys(total)) total[outcome] += report[outcome];
  again.push(...report.again);
}

for (const name of readdirSync(folder)) {
  const text = readFileSync(join(folder, name), 'utf8');
  if (name.endsWith('.node.json')) addNode(JSON.parse(text));
  else if (name.endsWith('.vitest.json')) {
    const report = JSON.parse(text);
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests;
  } else if (name.endsWith('.json')) addGoogleTest(JSON.parse(text));
}

// A step can fail without a failed case: a crash, a rule of the house, no test at all.
if (stepsFailed > total.failed) total.failed = stepsFailed;
if (total.passed === 0) total.failed = Math.max(total.failed, 1);
for (const name of again) console.log(`passed at the second try only: ${name}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
