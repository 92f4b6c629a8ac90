/**
 * `npm test`: everything that must hold, in one command. Finds or installs what the tests stand on first, and names all
 * that is missing before the first test. Ends with a line `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, ensureBuilt, ensureInstalled, must, root, run } from './prepare.mjs';

const node = process.execPath;
const startedAt = Date.now();
const stage = (title, args) => ({ title, status: run(title, node, args) });

ensureInstalled();
ensureBuilt();
must('What the tests stand on', node, [join(root, 'libs/testing/dist/preflight/main.js')]);

const checks = [
  stage('Types of the tests', [bin('tsc'), '-p', 'tsconfig.spec.json']),
  stage('Formatting', [bin('prettier'), '--check', '--log-level', 'warn', '.']),
  stage('Lint and import rules', [join(root, 'tools/lint.mjs')]),
  stage('Generated files are up to date', [join(root, 'tools/generate.mjs'), '--check']),
  stage('Dependency graph', [join(root, 'tools/graph.mjs'), '--check']),
  stage('Documents', [join(root, 'tools/check-documents.mjs')]),
];

const folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
const report = join(folder, 'jest.json');
const jest = stage('Tests', [
  '--max-old-space-size=4096',
  bin('jest'),
  '--maxWorkers=2',
  '--json',
  `--outputFile=${report}`,
  ...process.argv.slice(2),
]);

let [passed, failed] = [0, 0];
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed = result.numPassedTests;
  // A skipped test is a failure here: nothing may be left out silently.
  failed = result.numFailedTests + result.numPendingTests + result.numTodoTests + result.numRuntimeErrorTestSuites;
} catch (error) {
  process.stderr.write(`The test report could not be read: ${error.message}\n`);
}
rmSync(folder, { recursive: true, force: true });
for (const { title, status } of [...checks, jest]) {
  process.stderr.write(`${status === 0 ? 'passed' : 'FAILED'}  ${title}\n`);
}
passed += checks.filter(({ status }) => status === 0).length;
failed += checks.filter(({ status }) => status !== 0).length;
if (jest.status !== 0 && failed === 0) failed = 1;
process.stderr.write(`in ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
