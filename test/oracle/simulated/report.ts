import type { Agreement, CourseOutcome } from './agree';
import { coverageOf, type Covered } from './coverage';
import type { SimulatedFacts } from './given';

const number = (n: number): string => n.toLocaleString('en');
const seconds = (ms: number): string => `${number(Math.round(ms / 1_000))} s`;

/** What is checked in of a run. */
export function reportOf({ seed, accounts, facts }: SimulatedFacts, agreement: Agreement): string {
  const { rules, oracle, courses } = agreement;
  const ids = new Set(rules.map(({ id }) => id));
  const coverage = coverageOf(rules, oracle);
  return `# Engine and oracle over ${number(facts)} facts

Written by \`npm run test:long -- oracle\`; seed ${seed} (\`WEIR_ORACLE_SEED\`), which decides the simulated bank (${number(accounts)} accounts) and the order in which its
${number(facts)} facts (\`WEIR_ORACLE_FACTS\`) arrive. The oracle is plain SQL (\`test/oracle\`) over the facts in PostgreSQL; the engine reads the messages as detectors do: intake (\`readBatch\`), then
\`Detection\`, as one partition. **${number(ids.size)} rules** run together, ${number(rules.length)} versions: the shipped packs, those of the acceptance tests, and
\`test/oracle/simulated/rules.yaml\` for what both leave out.

**${number(oracle.hits.size)} hits stand by the oracle; each course of arrival ends with exactly these**, with their measured values, severities, recommendations and whole
evidence. A rule without a hit, or a measure, window, or way of raising without one, would have failed the run.

| facts arrive | sent | accepted | duplicates | late | hits that stand | missing | too many | different | states raised, revised, withdrawn, reinstated | engine was busy |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |
${courses.map(rowOf).join('\n')}

_Shuffled_: each fact arrives as much later as it pleases, up to the lateness. _Repeated_: shuffled otherwise, and one in twenty arrives again within twelve hours.
The oracle took ${seconds(oracle.ms)} beside the engine, ${number(facts)} facts loaded once.

Evaluations that end in an error, in the order of facts, the same number by both: ${[...oracle.errors].map(([what, times]) => `${what} ${number(times)}`).join(', ') || 'none'}.

## What the rules cover

${table('measure', coverage.measures)}

${table('window', coverage.windows)}

${table('raised', coverage.raising)}

${table('limit', coverage.thresholds)}

${table('grouped by', coverage.groups)}

## Hits by rule

| rule | hits |
| --- | ---: |
${[...oracle.byRule].map(([rule, hits]) => `| ${rule} | ${number(hits)} |`).join('\n')}
`;
}

function rowOf(one: CourseOutcome): string {
  const { raised, revised, withdrawn, reinstated } = one.states;
  const counts = [one.sent, one.accepted, one.duplicates, one.late, one.hits];
  const differences = [one.missing, one.extra, one.different].map(({ length }) => length);
  const states = [raised, revised, withdrawn, reinstated].map(number).join(', ');
  return `| ${one.course} | ${[...counts, ...differences].map(number).join(' | ')} | ${states} | ${seconds(one.ms)} |`;
}

const table = (what: string, rows: readonly Covered[]): string =>
  `| ${what} | rules | hits |\n| --- | ---: | ---: |\n${rows.map(({ kind, rules, hits }) => `| ${kind} | ${rules} | ${number(hits)} |`).join('\n')}`;
