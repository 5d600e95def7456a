// Runs test files of Node and writes what became of them: { passed, failed, skipped, again: [names] }.
// Files with a failed test are run once more, alone, after all others: what fails twice has failed; what passes then is
// named in the closing lines as needing a second try, because a test that others beside it can disturb has a fault too.
// With more than a few such files something is broken, not disturbed, and nothing is run again.
// Usage: run_node_tests.mjs REPORT.json HOW_MANY_FILES_AT_A_TIME FILES...
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const mostAgain = 3;
const [report, concurrency, ...files] = process.argv.slice(2);

// Of one run: every test's outcome under its file.
async function outcomesOf(names, atATime) {
  const outcomes = [];
  const stream = run({ files: names.map((name) => resolve(name)), concurrency: atATime });
  const note = (state) => (data) => {
    if (data.details?.type === 'suite') return;
    outcomes.push({ file: data.file, name: data.name, state: data.skip !== undefined ? 'skipped' : state });
  };
  stream.on('test:pass', note('passed')).on('test:fail', note('failed'));
  const told = stream.compose(new spec());
  for await (const words of told) process.stdout.write(words);
  return outcomes;
}

let outcomes = await outcomesOf(files, Number(concurrency));
const failedFiles = [...new Set(outcomes.filter(({ state }) => state === 'failed').map(({ file }) => file))];
const again = [];
if (failedFiles.length > 0 && failedFiles.length <= mostAgain) {
  console.log(`\nrun again, alone: ${failedFiles.map((file) => relative('.', file)).join(' ')}`);
  const second = await outcomesOf(failedFiles, 1);
  const failedAtFirst = outcomes.filter(({ state, file }) => state === 'failed' && failedFiles.includes(file));
  const failsStill = new Set(second.filter(({ state }) => state === 'failed').map(({ file }) => file));
  again.push(...failedAtFirst.filter(({ file }) => !failsStill.has(file)).map(({ file, name }) => `${relative('.', file)}: ${name}`));
  outcomes = [...outcomes.filter(({ file }) => !failedFiles.includes(file)), ...second];
}

const count = (wanted) => outcomes.filter(({ state }) => state === wanted).length;
writeFileSync(report, JSON.stringify({ passed: count('passed'), failed: count('failed'), skipped: count('skipped'), again }));
process.exit(count('failed') > 0 || outcomes.length === 0 ? 1 : 0);
