import type { CarriedOut } from './course';
import type { OnceOutcome, OnceSettings } from './run-once';

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;
const number = (n: number): string => n.toLocaleString('en');

/** What is checked in of a run. */
export function reportOf(settings: OnceSettings, outcome: OnceOutcome): string {
  const { faults, wanted, load, loadMs, drainMs, states, alerts } = outcome;
  const nothing = faults.reduce((sum, { struckNothing }) => sum + struckNothing, 0);
  return `# Once and only once

Written by \`npm run test:long -- once\`; seed ${settings.seed} (\`WEIR_ONCE_SEED\`), which decides the facts, how they are sent, the order of
the faults, whom they strike and how long each waits. How the processes get along with each other in between is the machine's.

Apache Kafka, Redis (append-only file, written at once) and PostgreSQL; the desk and ${settings.detectors} detectors (2 to 4 while it lasts) as processes; three
producers write ${settings.rate} facts a second into ${settings.partitions} partitions. **${faults.length} faults** struck while ${minutes(loadMs)} of load lasted. Then, once everything was read,
the hits that stand on alerts were compared with those that the oracle (plain SQL) finds in the facts that Kafka holds: **${number(wanted.hits.size)}
hits, each with its whole evidence and on exactly one alert; none missing, none too many, none different.**

| what | how many |
| --- | ---: |
| facts that were acknowledged, all of them in the log | ${number(load.acknowledged.size)} |
| sent once more | ${number(load.sent.repeated)} |
| put into a partition where they do not live | ${number(load.sent.misplaced)} |
| sent out of their order, within the lateness | ${number(load.sent.shuffled)} |
| late: seen by rules on single facts alone | ${number(wanted.late)} |
| states of hits that detectors published, again and again where they did not know better | ${number(states)} |
| hits that stand | ${number(wanted.hits.size)} |
| alerts | ${number(alerts)} |
| dead letters | 0 |
| from the end of the load until nothing was in flight | ${seconds(drainMs)} s |

Hits by rule (\`test/once/rules.yaml\`): ${[...wanted.byRule].map(([rule, hits]) => `${rule.replace('once-', '')} ${number(hits)}`).join(', ')}.

## The faults

_In flight_: records that Kafka had acknowledged and whose reader had not committed them when the fault struck (of a detector: in the partitions that
it read). A fault that would have struck nothing in flight does not count and was tried again: that was so ${nothing} times. _Went on_: from the strike
(a pause included) until facts, facts under another key and the archive all moved on.

| # | at | fault | whom | in flight | went on after |
| ---: | ---: | --- | --- | --- | ---: |
${faults.map(rowOf).join('\n')}
`;
}

const rowOf = ({ fault, whom, inFlight, at, tookMs }: CarriedOut, index: number): string =>
  `| ${index + 1} | ${seconds(at)} s | ${fault} | ${whom} | ${inFlight} | ${seconds(tookMs)} s |`;
