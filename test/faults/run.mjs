/**
 * `node test/faults/run.mjs`: puts every fault of `faults.mjs` into a copy of the sources, one at a time, and demands that a
 * test notices it. Writes docs/generated/fault-report.md. Ends with 1 where a fault is not noticed, or where the tests fail
 * without one. Never touches the working tree. `node test/faults/run.mjs cooldown` tries the faults with that word in their
 * names, and writes no report; `--check` only looks whether every fault can still be put in.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faults as all } from './faults.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const copied = [
  'libs/domain',
  'libs/contracts',
  'libs/testing/model',
  'test/golden',
  'test/faults',
  'jest.config.js',
  'package.json',
];
const checkOnly = process.argv.includes('--check');
const word = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
const faults = all.filter(({ name }) => word === undefined || name.includes(word));
const copies = 2;
const timeoutMs = 180_000;
/** A tenth of the usual random cases, with one seed for all. */
const env = { ...process.env, WEIR_PROPERTY_FACTOR: '0.1', NODE_ENV: 'test', FORCE_COLOR: '0' };

/** A copy of the sources in a folder of its own. */
function copySources(folder) {
  const leftOut = new Set(['dist', 'node_modules']);
  for (const path of copied) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path), { recursive: true, filter: (from) => !leftOut.has(basename(from)) });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
}

/** Runs the tests in a copy. @returns the name of the first test that failed, null where all passed */
async function firstFailure(folder) {
  const report = join(folder, 'jest-report.json');
  rmSync(report, { force: true });
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = ['-c', 'test/faults/jest.config.cjs', '--runInBand', '--json', `--outputFile=${report}`];
  const child = spawn(process.execPath, [jest, ...options], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let [said, timedOut] = ['', false];
  child.stderr.on('data', (chunk) => (said += chunk));
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  clearTimeout(timer);
  if (timedOut) return `(the tests did not end within ${timeoutMs / 1000} s)`;
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    throw new Error(`Jest wrote no report (${error.message}). It said:\n${said}`, { cause: error });
  }
  if (result.numTotalTests === 0) throw new Error(`No test was run. Jest said:\n${said}`);
  const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults);
  return tests.find(({ status }) => status === 'failed')?.fullName ?? null;
}

/** The file with the fault in it. @throws Error where the text does not stand there exactly once, or nothing would change */
function withFault(text, { name, file, find, replace }) {
  const times = text.split(find).length - 1;
  if (times !== 1)
    throw new Error(`Fault "${name}": its text stands in ${file} ${times} times, not once. Mend faults.mjs.`);
  if (find === replace) throw new Error(`Fault "${name}" changes nothing.`);
  return text.replace(find, () => replace);
}

/** Tries faults off the shared list until none is left. */
async function work(folder, left, caughtBy) {
  for (let fault = left.shift(); fault !== undefined; fault = left.shift()) {
    const path = join(folder, fault.file);
    const sound = readFileSync(path, 'utf8');
    writeFileSync(path, withFault(sound, fault));
    const failed = await firstFailure(folder);
    writeFileSync(path, sound);
    caughtBy.set(fault, failed);
    process.stderr.write(
      `${failed === null ? 'NOT CAUGHT' : 'caught'}: ${fault.name}${failed === null ? '' : ` (${failed})`}\n`,
    );
  }
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function reportOf(caughtBy) {
  const rows = faults.map((fault) => {
    const failed = caughtBy.get(fault) ?? null;
    return `| ${cell(fault.name)} | ${cell(fault.breaks)} | \`${fault.file}\` | ${failed === null ? '**NOT CAUGHT**' : cell(failed)} |`;
  });
  const caught = faults.filter((fault) => (caughtBy.get(fault) ?? null) !== null).length;
  return `# Deliberate faults

Written by \`node test/faults/run.mjs\`. Each line is a mistake put into a copy of the sources, and the first test that noticed
it. **${caught} of ${faults.length} are caught.** The tests run with one seed and a tenth of the usual random cases.

| fault | what it breaks | where | noticed by |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

for (const fault of faults) withFault(readFileSync(join(root, fault.file), 'utf8'), fault);
if (checkOnly) process.exit(faults.length > 0 ? 0 : 1);

const folder = mkdtempSync(join(tmpdir(), 'weir-faults-'));
const caughtBy = new Map();
try {
  const folders = Array.from({ length: copies }, (_, copy) => join(folder, String(copy)));
  folders.forEach(copySources);
  const sound = await firstFailure(folders[0]);
  if (sound !== null) throw new Error(`Without any fault a test fails already: ${sound}`);
  const left = [...faults];
  await Promise.all(folders.map((one) => work(one, left, caughtBy)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (word === undefined) {
  mkdirSync(join(root, 'docs/generated'), { recursive: true });
  writeFileSync(join(root, 'docs/generated/fault-report.md'), reportOf(caughtBy));
}
const survivors = faults.filter((fault) => caughtBy.get(fault) === null);
process.stderr.write(`${faults.length - survivors.length} of ${faults.length} faults are caught\n`);
process.exit(faults.length > 0 && survivors.length === 0 ? 0 : 1);
