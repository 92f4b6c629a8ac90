import { join } from 'node:path';
import { topics, type AlertPage } from '@weir/contracts';
import type { KafkaRecordLog } from '@weir/platform/record-log';
import { Cluster } from '../harness/cluster';
import { expectAlertedHits } from '../harness/standing-hits';
import type { RunningService } from '../harness/running-service';
import { Seeded } from '../harness/seeded';
import { until } from '../harness/until';
import { carryOut, type CarriedOut } from './course';
import { Detectors } from './detectors';
import type { FaultKind } from './faults';
import type { Ground } from './ground';
import { inFlightNow, inWords, sumOf } from './in-flight';
import { Load } from './load';
import { mustWeir } from '../harness/weir-command';
import { rulesFile, wantedHits, type Wanted } from './wanted-hits';

/** How the test is run. */
export interface OnceSettings {
  readonly seed: number;
  readonly faults: readonly FaultKind[];
  readonly partitions: number;
  readonly detectors: number;
  /** Facts per second. */
  readonly rate: number;
  readonly accounts: number;
  /** How many days of the bank are simulated; it must not run out of them. */
  readonly days: number;
  /** How long a detector may give no sign of life; short, so that a pause that outlasts it can be waited for. */
  readonly session: string;
  /** Between which times to wait before each fault, ms. */
  readonly wait: readonly [least: number, most: number];
  /** Longest that the end may be waited for, ms. */
  readonly endWithin: number;
}

/** What came of it. */
export interface OnceOutcome {
  readonly faults: readonly CarriedOut[];
  readonly wanted: Wanted;
  readonly load: Pick<Load, 'sent' | 'sentAgain' | 'acknowledged'>;
  /** How long the load lasted, and how long it took from then until nothing was in flight, ms. */
  readonly loadMs: number;
  readonly drainMs: number;
  /** States of hits in the hits topic: what detectors did again stands there again. */
  readonly states: number;
  readonly alerts: number;
}

const producers = 3;

/**
 * Runs the product as processes on servers of its own, under load, and breaks one thing after another. Then: the hits that
 * stand on alerts are those that the oracle finds in the facts that Kafka has acknowledged, each on one alert.
 * @throws Error saying what differs
 */
export async function runOnce(settings: OnceSettings): Promise<OnceOutcome> {
  const { seed, partitions } = settings;
  process.stderr.write(`seed ${seed}, ${settings.faults.length} faults\n`);
  const cluster = await Cluster.startToBreak(partitions, [rulesFile], { WEIR_KAFKA_SESSION_TIMEOUT: settings.session });
  const detectors = new Detectors(cluster);
  const logs = Array.from({ length: producers + 1 }, () => cluster.log());
  const [log, ...rest] = logs;
  let ground: Ground | null = null;
  try {
    if (log === undefined) throw new Error('No connection to Kafka.');
    const facts = join(cluster.folder, 'facts.jsonl');
    const simulated = [
      '--seed',
      `${seed}`,
      '--accounts',
      `${settings.accounts}`,
      '--days',
      `${settings.days}`,
      '--out',
      facts,
    ];
    const [desk] = await Promise.all([cluster.service('desk'), mustWeir(['simulate', ...simulated])]);
    await Promise.all(Array.from({ length: settings.detectors }, () => detectors.start()));
    ground = { cluster, detectors, log, random: new Seeded(seed + 1), desk };
    return await underLoad(ground, new Load(rest, { ...settings, facts, topic: topics.facts }), settings);
  } catch (error) {
    for (const { number, service } of detectors.running)
      process.stderr.write(`--- detector ${number}\n${await lastWords(service)}\n`);
    if (ground !== null) process.stderr.write(`--- desk\n${await lastWords(ground.desk)}\n`);
    throw error;
  } finally {
    await detectors.end();
    await Promise.all(logs.map((one) => one.close()));
    await cluster.stop();
  }
}

/** What a service says of itself in the end: how far each of its partitions is, and the end of its log. */
async function lastWords(service: RunningService): Promise<string> {
  let lags: string;
  try {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    lags = metrics
      .split('\n')
      .filter((line) => /^weir_\w*lag\{/.test(line))
      .join('\n');
  } catch (error) {
    lags = String(error);
  }
  return `${lags}\n${service.output().slice(-4_000)}`;
}

async function underLoad(ground: Ground, load: Load, settings: OnceSettings): Promise<OnceOutcome> {
  const { cluster, log } = ground;
  // 1. Load, and faults while it lasts.
  const began = performance.now();
  load.start();
  let faults: readonly CarriedOut[];
  try {
    faults = await carryOut(ground, settings.faults, settings.wait, tell);
  } finally {
    await load.stop();
  }
  const stopped = performance.now();
  // 2. Until everybody has read everything.
  await untilRead(log, settings.endWithin);
  const drained = performance.now();
  process.stderr.write(`${load.acknowledged.size} facts sent; read to the end ${seconds(drained - stopped)} s later\n`);
  // 3. What should stand, and what does.
  const wanted = await wantedHits(log, await cluster.servers.postgres.createDatabase());
  const lost = [...load.acknowledged].filter((name) => !wanted.names.has(name));
  if (lost.length > 0) throw new Error(`${lost.length} acknowledged facts are not in the log, e.g. ${lost[0]}`);
  const refused = await held(log, topics.deadLetters);
  if (refused > 0) throw new Error(`${refused} dead letters, though every fact could be read`);
  await expectAlertedHits(ground.desk, wanted.hits, settings.endWithin);
  const states = await held(log, topics.hits);
  const alerts = await alertCount(ground);
  return { faults, wanted, load, loadMs: stopped - began, drainMs: drained - stopped, states, alerts };
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

function tell({ fault, whom, inFlight, at, tookMs }: CarriedOut, index: number): void {
  process.stderr.write(
    `${index}. at ${seconds(at)} s: ${fault}: ${whom}, in flight: ${inFlight}; went on after ${seconds(tookMs)} s\n`,
  );
}

/** Waits until nothing is in flight: facts first, since what is made of them follows. */
async function untilRead(log: KafkaRecordLog, within: number): Promise<void> {
  let last = '';
  try {
    await until(
      'everything to be read',
      async () => {
        const flight = await inFlightNow(log);
        last = inWords(flight);
        return sumOf(flight, 'facts', 'keyed anew', 'to be archived', 'hits') === 0 ? true : undefined;
      },
      within,
    );
  } catch (error) {
    throw new Error(`${String(error)}\nin flight: ${last}`);
  }
}

async function held(log: KafkaRecordLog, topic: string): Promise<number> {
  return (await log.bounds(topic)).reduce((sum, { low, high }) => sum + high - low, 0);
}

async function alertCount({ desk }: Ground): Promise<number> {
  let alerts = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: AlertPage = await desk.get<AlertPage>(`/v1/alerts?limit=200${more}`);
    alerts += page.alerts.length;
    cursor = page.next;
  }
  return alerts;
}
