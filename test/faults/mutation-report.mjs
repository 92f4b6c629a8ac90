/**
 * `node test/faults/mutation-report.mjs`: puts what Stryker found in the folders of the domain (`reports/mutation/`) together
 * in docs/generated/mutation-report.md. Ends with 1 where less than 85 % of the mutants are noticed, or where the results
 * of a folder are missing.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutatedFolders } from './mutated-folders.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const enough = 85;

const results = mutatedFolders.map((folder) => {
  const path = join(root, 'reports/mutation', `${folder}.json`);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`No result for libs/domain/${folder} in ${path}: run npm run test:long. (${error.message})`, {
      cause: error,
    });
  }
});

const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
const noticed = ({ Killed, Timeout }) => Killed + Timeout;
const judged = ({ Killed, Timeout, Survived, NoCoverage }) => Killed + Timeout + Survived + NoCoverage;
const score = (counts) => (judged(counts) === 0 ? 100 : (100 * noticed(counts)) / judged(counts));

const statuses = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError', 'Ignored'];
const countsOf = (mutants) =>
  Object.fromEntries(statuses.map((status) => [status, mutants.filter((mutant) => mutant.status === status).length]));
const row = (name, counts) => {
  const { Killed, Timeout, Survived, NoCoverage, RuntimeError, Ignored } = counts;
  return `| ${name} | ${score(counts).toFixed(1)} | ${Killed} | ${Timeout} | ${Survived} | ${NoCoverage} | ${RuntimeError} | ${Ignored} |`;
};

const files = results
  .flatMap((result) => Object.entries(result.files))
  .map(([path, { mutants, source }]) => ({ path, mutants, lines: source.split('\n'), counts: countsOf(mutants) }))
  .sort((a, b) => (a.path < b.path ? -1 : 1));
const total = Object.fromEntries(statuses.map((status) => [status, sum(files.map(({ counts }) => counts[status]))]));

const code = (text) => `\`${text.replaceAll('`', '´').replaceAll(/\s+/g, ' ').trim()}\``;
const survivors = files.flatMap(({ path, mutants, lines }) =>
  mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .sort((a, b) => a.location.start.line - b.location.start.line || a.location.start.column - b.location.start.column)
    .map(({ location: { start, end }, replacement, mutatorName }) => {
      const line = lines[start.line - 1] ?? '';
      const original =
        start.line === end.line ? line.slice(start.column - 1, end.column - 1) : line.slice(start.column - 1);
      return `- ${path}:${start.line} ${mutatorName}: ${code(original)} → ${code(replacement.slice(0, 120))}`;
    }),
);

const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@stryker-mutator/core/package.json'), 'utf8'));
const report = `# Mutation testing of the domain

Written by \`npm run test:long\`. StrykerJS ${version} makes small changes to the code of \`libs/domain\`, one at a time; a test must
notice each. **${score(total).toFixed(1)} % of ${judged(total)} mutants are noticed**; at least ${enough} % must be.

The tests are those beside the domain, the timelines in \`test/golden\` and the model in \`libs/testing/model\`, with one seed and
4 % of the usual random cases. Left out (the last column) are only texts that people read: sentences among the arguments of
\`mistake(…)\`, \`refuse(…)\` and \`new …Error(…)\`, see \`test/faults/ignore-messages.mjs\`. "Time-out" are mutants that made
the tests run on and on, which is noticed as well. Mutants that broke the tests before the first of them could run are
not counted for the score, in either direction.

| file | score, % | failed a test | time-out | survived | not reached | broke loading | left out |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${files.map(({ path, counts }) => row(path.replace('libs/domain/', ''), counts)).join('\n')}
${row('**all**', total)}

## Mutants that no test notices

Some change nothing that can be seen: a shortcut, a cache, a bound that is checked again behind it.

${survivors.join('\n')}
`;

// A folder that is added to the domain must not be left out silently.
const found = readdirSync(join(root, 'libs/domain'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['dist', 'node_modules'].includes(entry.name))
  .map(({ name }) => name);
const forgotten = found.filter((folder) => !mutatedFolders.includes(folder));
if (forgotten.length > 0) throw new Error(`Add to test/faults/mutated-folders.mjs: ${forgotten.join(', ')}`);

mkdirSync(join(root, 'docs/generated'), { recursive: true });
writeFileSync(join(root, 'docs/generated/mutation-report.md'), report);
process.stderr.write(
  `${score(total).toFixed(1)} % of ${judged(total)} mutants are noticed; at least ${enough} % must be\n`,
);
process.exit(judged(total) > 0 && score(total) >= enough ? 0 : 1);
