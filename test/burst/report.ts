import type { BurstOutcome, BurstSettings } from './run-burst';
import type { Figure } from './watch';

const whole = (n: number): string => Math.round(n).toLocaleString('en');

/** What is checked in of a run. */
export function reportOf(settings: BurstSettings, outcome: BurstOutcome): string {
  const { sustainable, burst, figures, sent, counted, peakMiB, rebalances, drainMs } = outcome;
  const most = (of: (figure: Figure) => number): string => whole(Math.max(...figures.map(of)));
  return `# A burst

Written by \`npm run test:long -- burst\`. One detector that runs 84 rules in six groupings (\`test/burst/rules.ts\`), so it reads the facts topic and five
re-keyed ones, on Apache Kafka (${settings.partitions} partitions each) and Redis. First it is found out how many facts a second it manages, by a backlog of ${whole(settings.backlog)}: until all is
read under every key. Then upstream sends ${settings.times} times as many for ${whole(settings.burstMs / 1_000)} s. Rates and times are those of the machine, which had
other work beside it; what must hold on any machine is in bold.

| what | |
| --- | ---: |
| sustainable, facts/s | ${whole(sustainable)} |
| sent in the burst, facts/s | ${whole(burst)} |
| that is | ${(burst / sustainable).toFixed(1)} times |
| facts sent in all, and counted by the detector | **${whole(sent)}, ${whole(counted)}** |
| most resident memory at any moment (VmHWM), below 1,024 MiB | **${whole(peakMiB)} MiB** |
| rebalances from the beginning of the burst to the end | **${rebalances}** |
| greatest lag that \`weir_consumer_lag\` showed: facts, re-keyed | ${most(({ lag }) => lag)}, ${most(({ rekeyedLag }) => rekeyedLag)} |
| lag at the end: facts, re-keyed | **${whole(figures.at(-1)?.lag ?? NaN)}, ${whole(figures.at(-1)?.rekeyedLag ?? NaN)}** |
| from the end of the burst until all was read | ${whole(drainMs / 1_000)} s |

A figure every ${whole(settings.everyMs / 1_000)} s. _Longest pause_: of the event loop between two looks, on a machine that is shared.

| s | sent | measured | lag: facts | lag: re-keyed | resident, MiB | longest pause, ms |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${figures.map(rowOf).join('\n')}
`;
}

const rowOf = ({ at, sent, measured, lag, rekeyedLag, residentMiB, loopMs }: Figure): string =>
  `| ${[at, sent, measured, lag, rekeyedLag, residentMiB, loopMs].map(whole).join(' | ')} |`;
