/**
 * `npm run test:long`: what takes too long for every change. A list of steps, all of which run; fails where one does.
 * `npm run test:long -- faults` runs the steps whose name begins so.
 */
import { join } from 'node:path';
import { mutatedFolders } from '../test/faults/mutated-folders.mjs';
import { bin, ensureBuilt, ensureInstalled, fail, root, run } from './prepare.mjs';

/** A step: what it is called, the arguments of Node, and what is set in its environment. */
const steps = [
  { name: 'faults: every deliberate fault is noticed', args: [join(root, 'test/faults/run.mjs')] },
  ...mutatedFolders.map((folder) => ({
    name: `mutation of libs/domain/${folder}`,
    args: [bin('stryker'), 'run'],
    env: { WEIR_MUTATE: `libs/domain/${folder}` },
  })),
  {
    name: 'once: everything counts once and only once, whatever fails',
    args: [bin('jest'), '--selectProjects=long', '--testPathPatterns=test/once/'],
    env: { WEIR_LONG: '1' },
  },
  {
    name: 'oracle: engine and oracle agree over a million facts',
    args: ['--max-old-space-size=8192', bin('jest'), '-i', '--selectProjects=long', '--testPathPatterns=test/oracle/'],
    env: { WEIR_LONG: '1' },
  },
  {
    name: 'fuzz: a million broken messages',
    args: ['--max-old-space-size=8192', bin('jest'), '-i', '--selectProjects=long', '--testPathPatterns=test/fuzz/'],
    env: { WEIR_LONG: '1' },
  },
  {
    name: 'burst: ten times what a detector manages, for five minutes (takes an hour)',
    args: [bin('jest'), '--selectProjects=long', '--testPathPatterns=test/burst/'],
    env: { WEIR_LONG: '1' },
  },
  { name: 'mutation report', args: [join(root, 'test/faults/mutation-report.mjs')] },
];

const wanted = process.argv.slice(2);
const chosen = steps.filter(
  ({ name }) => wanted.length === 0 || wanted.some((beginning) => name.startsWith(beginning)),
);
if (chosen.length === 0)
  fail(`No step begins with ${wanted.join(' or ')}. Steps: ${steps.map(({ name }) => name).join('; ')}`);

ensureInstalled();
ensureBuilt();
const ended = chosen.map(({ name, args, env = {} }, index) => {
  const startedAt = Date.now();
  const status = run(`${index + 1} of ${chosen.length}: ${name}`, process.execPath, args, {
    env: { ...process.env, ...env },
  });
  return { name, status, seconds: Math.round((Date.now() - startedAt) / 1000) };
});

process.stderr.write('\n');
for (const { name, status, seconds } of ended) {
  process.stderr.write(`${status === 0 ? 'passed' : 'FAILED'}  ${name} (${seconds} s)\n`);
}
const failed = ended.filter(({ status }) => status !== 0).length;
process.stdout.write(`${ended.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
