import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { topics } from '@weir/contracts';
import type { RecordLog } from '@weir/platform/record-log';
import { Cluster } from '../harness/cluster';
import type { RunningService } from '../harness/running-service';
import { until } from '../harness/until';
import { mustWeir } from '../harness/weir-command';
import { EndlessFacts } from './facts';
import { dimensions, rules } from './rules';
import { factsCounted, joins, look, memoryOf, type Figure } from './watch';

/** How the test is run. */
export interface BurstSettings {
  readonly partitions: number;
  readonly accounts: number;
  /** How many times the sustainable rate. */
  readonly times: number;
  readonly burstMs: number;
  /** Facts by which the sustainable rate is measured, and facts before that, by which the detector warms up. */
  readonly backlog: number;
  readonly warmUp: number;
  /** How often a figure is taken, ms. */
  readonly everyMs: number;
  /** Longest that the lag may take back to zero, ms. */
  readonly drainWithin: number;
}

/** What came of it. */
export interface BurstOutcome {
  /** Facts per second that the detector manages, all its re-keyed topics included. */
  readonly sustainable: number;
  /** Facts per second that were sent in the burst. */
  readonly burst: number;
  readonly figures: readonly Figure[];
  /** Facts sent over the whole test, and how many of them the detector counted. */
  readonly sent: number;
  readonly counted: number;
  /** The most memory that was ever resident, MiB. */
  readonly peakMiB: number;
  /** How often the detector joined a group anew from the beginning of the burst on. */
  readonly rebalances: number;
  readonly drainMs: number;
}

/** How often facts are sent in the burst, ms; how many at most in one call, and how many calls may be under way. */
const sendEvery = 50;
const inOneCall = 2_000;
const callsUnderWay = 10;
const days = 10;

/** Runs one detector, finds out what it manages, sends far more for a while, and watches until it has caught up. */
export async function runBurst(settings: BurstSettings): Promise<BurstOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-burst-'));
  const [rulesFile, factsFile] = [join(folder, 'rules.json'), join(folder, 'facts.jsonl')];
  await writeFile(rulesFile, JSON.stringify(rules));
  const simulated = ['--seed', '11', '--accounts', `${settings.accounts}`, '--days', `${days}`, '--out', factsFile];
  await mustWeir(['simulate', ...simulated, '--from', '2020-01-01T00:00:00+08:00']);
  // Joining a group is told at this level.
  const cluster = await Cluster.startToBreak(settings.partitions, [rulesFile], { WEIR_LOG_LEVEL: 'info' });
  const log = cluster.log();
  try {
    const detector = await cluster.service('detector');
    const facts = new EndlessFacts(factsFile, days, settings.partitions);
    return await course(detector, log, facts, settings);
  } finally {
    await log.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function course(
  detector: RunningService,
  log: RecordLog,
  facts: EndlessFacts,
  settings: BurstSettings,
): Promise<BurstOutcome> {
  // 1. What it manages.
  const sustainable = await sustainableRate(log, facts, settings);
  process.stderr.write(`sustainable: ${Math.round(sustainable)} facts/s; ${facts.count} sent so far\n`);
  // 2. The burst, with a look at the detector now and then, until all is read.
  const joined = joins(detector);
  const began = performance.now();
  const figures: Figure[] = [];
  const first = facts.count;
  let burst = 0;
  let over = false;
  const watching = (async () => {
    for (let next = began; !over; next += settings.everyMs) {
      await pause(Math.max(0, next - performance.now()));
      const figure = await look(detector, (performance.now() - began) / 1_000, facts.count - first);
      figures.push(figure);
      process.stderr.write(`${JSON.stringify(figure)}\n`);
    }
  })();
  let drainMs: number;
  try {
    burst = (await send(log, facts, settings.times * sustainable, settings.burstMs)) / (settings.burstMs / 1_000);
    const ended = performance.now();
    await untilRead(log, settings.drainWithin);
    drainMs = performance.now() - ended;
  } finally {
    over = true;
    await watching;
  }
  figures.push(await look(detector, (performance.now() - began) / 1_000, facts.count - first));
  return {
    sustainable,
    burst,
    figures,
    sent: facts.count,
    counted: await factsCounted(detector),
    peakMiB: memoryOf(detector, 'VmHWM'),
    rebalances: joins(detector) - joined,
    drainMs,
  };
}

/** Facts per second through the whole detector: of a backlog, by the time until all of it was read under every key. */
async function sustainableRate(log: RecordLog, facts: EndlessFacts, settings: BurstSettings): Promise<number> {
  const perSecond = async (count: number): Promise<number> => {
    await log.send(topics.facts, facts.next(count));
    const began = performance.now();
    await untilRead(log, settings.drainWithin);
    return count / ((performance.now() - began) / 1_000);
  };
  await perSecond(settings.warmUp);
  return perSecond(settings.backlog);
}

/** Sends at a rate, for a time; gives how many were sent. */
async function send(log: RecordLog, facts: EndlessFacts, perSecond: number, forMs: number): Promise<number> {
  const began = performance.now();
  const before = facts.count;
  const underWay = new Set<Promise<void>>();
  for (let elapsed = 0; elapsed < forMs; elapsed = performance.now() - began) {
    const due = Math.floor((perSecond * elapsed) / 1_000) - (facts.count - before);
    if (due > 0) {
      const call: Promise<void> = log
        .send(topics.facts, facts.next(Math.min(due, inOneCall)))
        .then(() => void underWay.delete(call));
      // Awaited below; until then a failure must not end the process.
      call.catch(() => undefined);
      underWay.add(call);
    }
    if (underWay.size >= callsUnderWay) await Promise.race(underWay);
    await pause(sendEvery);
  }
  await Promise.all(underWay);
  return facts.count - before;
}

/** Waits until the detector has committed all that stands in its topics. */
async function untilRead(log: RecordLog, within: number): Promise<void> {
  const readers = [
    ['weir-detection', topics.facts],
    ...dimensions.map((dimension) => [`weir-detection.by-${dimension}`, `weir.facts.by-${dimension}.v1`] as const),
  ] as const;
  await until(
    'everything to be read',
    async () => {
      // One after another: what facts become under other keys is written before they are committed.
      for (const [group, topic] of readers) {
        const ends = await log.bounds(topic);
        const committed = await log.committed(group, topic);
        if (ends.some(({ high }, partition) => (committed[partition] ?? 0) < high)) return undefined;
      }
      return true;
    },
    within,
  );
}
