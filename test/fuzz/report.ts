import { evaluationReasons } from '@weir/domain';
import type { FuzzOutcome } from './run-fuzz';

const number = (n: number): string => n.toLocaleString('en');

/** What is checked in of a run. @param rules how many ran */
export function reportOf(seed: number, rules: number, outcome: FuzzOutcome): string {
  const { sent, byOutcome, byWay, endings, states, late, slowest } = outcome;
  const of = (what: 'accepted' | 'duplicate'): number => byOutcome.get(what) ?? 0;
  const reasons = [...byOutcome].filter(([what]) => what !== 'accepted' && what !== 'duplicate');
  const refused = reasons.reduce((sum, [, times]) => sum + times, 0);
  const byTimes = <K>(a: readonly [K, number], b: readonly [K, number]): number => b[1] - a[1];
  return `# A million broken messages

Written by \`npm run test:long -- fuzz\`; seed ${seed} (\`WEIR_FUZZ_SEED\`), which decides the simulated bank and what is done to its messages: bytes changed, cut off, mixed;
fields left out, exchanged, given other values or written twice. Each message goes through intake (\`readBatch\`), once more without its shortcut, which must say
the same, and, where it is accepted, on to detection with ${rules} rules of every measure. Where it is refused, its dead letter is made.

**${number(sent)} sent = ${number(of('accepted'))} accepted + ${number(of('duplicate'))} duplicates + ${number(refused)} refused.** Nothing was thrown, nothing ended as \`internal-error\`, both
ways of reading agreed on every message. The slowest message took ${slowest.ms.toFixed(1)} ms, pauses of the garbage collector included (${slowest.bytes} bytes, ${slowest.way}, ${slowest.outcome}).

| refused for | messages |
| --- | ---: |
${reasons
  .sort(byTimes)
  .map(([reason, times]) => `| ${reason} | ${number(times)} |`)
  .join('\n')}

| what was done | sent | refused |
| --- | ---: | ---: |
${[...byWay].map(([way, { sent: times, refused: none }]) => `| ${way} | ${number(times)} | ${number(none)} |`).join('\n')}

Of the accepted ${number(late)} were late. Detection made ${number(states)} states of hits; the evaluations of rules ended

| outcome | reason | evaluations |
| --- | --- | ---: |
${[...endings]
  .sort(byTimes)
  .map(([reason, times]) => `| ${evaluationReasons[reason]} | ${reason} | ${number(times)} |`)
  .join('\n')}
`;
}
