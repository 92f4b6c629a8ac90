/**
 * How long it takes from a fact that Kafka has acknowledged to the alert that a person sees in the queue, against a bare producer and
 * consumer of the same broker, both at a third of the load that the whole can bear: detectors, desk and archive, with Kafka, Redis,
 * PostgreSQL and what writes the facts on the same machine.
 *
 * The one begins at the acknowledgement and ends where the row of the queue is seen; the other begins where the record is handed to the
 * producer (it may be consumed before its acknowledgement comes) and ends where the consumer has parsed it.
 */
import { createRequire } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BenchCluster, factsTopic, messageOf, partitions, preload } from './cluster.mjs';
import { messages, rules } from './messages.mjs';
import { ServiceProcess } from './service-process.mjs';
import { ratioOf } from './slices.mjs';
import { until } from './until.mjs';

const require = createRequire(import.meta.url);
const { startPostgres } = require('@weir/testing');
const { Client } = require('pg');

const bareTopic = 'bench.bare';
const markerRule = 'bench-marker';
const factsForFullLoad = 60_000;
/** Rounds that count; one before them warms up. */
const rounds = 5;
const secondsPerRound = 6;
const ticksPerSecond = 100;
/** One fact of each tick raises an alert of its own. */
const ticks = secondsPerRound * ticksPerSecond;
const markerAmount = '9000000.00';

/** Ten rules as ever, and one that each marker is a hit of. */
function documents() {
  const all = rules(10);
  return [
    ...all,
    {
      ...all[0],
      id: markerRule,
      when: [{ field: 'amount', atLeast: markerAmount }],
      measure: { value: 'amount', by: ['accountId'] },
      threshold: { atLeast: markerAmount, currency: 'CNY' },
      raise: { on: 'every', severity: 'high' },
    },
  ];
}

/** A message made to raise an alert of its own. */
function markerOf(buffer, accountId) {
  return Buffer.from(JSON.stringify({ ...JSON.parse(buffer.toString('utf8')), accountId, amount: markerAmount }));
}

/** Sends at an even pace, a marker in each tick. `sent` is told of each marker when it is handed over and when it is acknowledged. */
async function sendEvenly({ producer, topic, perTick, next, name, sent }) {
  const batches = Array.from({ length: ticks }, (_, tick) => {
    const buffers = next(perTick);
    const id = `${name}-${tick}`;
    buffers[0] = markerOf(buffers[0], id);
    return { id, messages: buffers.map(messageOf) };
  });
  const startedAt = performance.now();
  const sending = [];
  for (const [tick, { id, messages: batch }] of batches.entries()) {
    const due = startedAt + (tick * 1_000) / ticksPerSecond;
    if (due > performance.now()) await pause(due - performance.now());
    const handedOverAt = performance.now();
    sending.push(
      producer
        .send({ topic, acks: -1, messages: batch })
        .then(() => sent(id, { handedOverAt, acknowledgedAt: performance.now() })),
    );
  }
  await Promise.all(sending);
}

const p99 = (delays) => delays.sort((a, b) => a - b)[Math.floor(delays.length * 0.99)];

/** A consumer that notes when it has parsed each marker. */
async function bareConsumer(cluster, seen) {
  const consumer = cluster.kafka.consumer({ groupId: 'bare-latency', maxWaitTimeInMs: 500 });
  cluster.onStop(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topic: bareTopic, fromBeginning: true });
  await consumer.run({
    eachBatch: ({ batch }) => {
      for (const { value } of batch.messages) {
        const { accountId, amount } = JSON.parse(value.toString('utf8'));
        if (amount === markerAmount) seen.set(accountId, performance.now());
      }
      return Promise.resolve();
    },
  });
}

/**
 * Looks at the queue again and again, and notes when each marker's alert is first there. It asks for the newest alone (they come in the
 * order in which they were raised): reading the whole list each time would be the greater part of the load that is measured.
 */
function watchQueue(database, seen) {
  let watching = true;
  let newest = new Date(0);
  const watched = (async () => {
    while (watching) {
      const { rows } = await database.query(
        'select account_id, raised_at from review_alerts where rule = $1 and raised_at >= $2 order by raised_at',
        [markerRule, newest],
      );
      const now = performance.now();
      for (const { account_id: account } of rows) if (!seen.has(account)) seen.set(account, now);
      newest = rows.at(-1)?.raised_at ?? newest;
      await pause(2);
    }
  })();
  return async () => {
    watching = false;
    await watched;
  };
}

/** Facts per second that detectors and archive get through together. */
async function fullLoad(cluster, next) {
  const producer = await cluster.transactions();
  const commit = await preload(producer, next(factsForFullLoad));
  const startedAt = performance.now();
  const ends = await commit();
  await until(
    'detectors and archive to have read all',
    async () => {
      const [reached, archived] = [
        await cluster.checkpoints(),
        await cluster.log.committed('weir-archive', factsTopic),
      ];
      return [...ends].every(([n, end]) => (reached.get(n) ?? 0) >= end && (archived[n] ?? 0) >= end);
    },
    { everyMs: 20 },
  );
  return (factsForFullLoad * 1_000) / (performance.now() - startedAt);
}

async function againstBare(progress) {
  const cluster = await BenchCluster.start(documents());
  try {
    const folder = await mkdtemp(join(tmpdir(), 'weir-bench-'));
    cluster.onStop(() => rm(folder, { recursive: true, force: true }));
    const postgres = await startPostgres({ own: true });
    cluster.onStop(() => postgres.stop());
    const env = { ...cluster.env, DATABASE_URL: postgres.connectionString, WEIR_DATA_DIR: folder };
    for (const name of ['desk', 'detector', 'detector']) {
      const service = await ServiceProcess.start(name, env);
      cluster.onStop(() => service.stop());
    }
    const database = new Client({ connectionString: postgres.connectionString });
    await database.connect();
    cluster.onStop(() => database.end());
    await cluster.log.ensureTopics([{ name: bareTopic, partitions }]);
    const consumed = new Map();
    await bareConsumer(cluster, consumed);
    const producer = cluster.kafka.producer();
    await producer.connect();
    cluster.onStop(() => producer.disconnect());

    const next = messages({ seed: 9 });
    const full = await fullLoad(cluster, next);
    const perTick = Math.max(1, Math.round(full / 3 / ticksPerSecond));
    process.stderr.write(`  full load ${Math.round(full)} facts/s, a third of it in ticks of ${perTick}\n`);
    const quotients = [];
    for (let round = 0; round <= rounds; round++) {
      const [queued, acknowledged, handedOver] = [new Map(), new Map(), new Map()];
      const endWatch = watchQueue(database, queued);
      const own = { producer, perTick, next };
      await sendEvenly({
        ...own,
        topic: factsTopic,
        name: `Q${round}`,
        sent: (id, { acknowledgedAt }) => acknowledged.set(id, acknowledgedAt),
      });
      await until('every alert in the queue', () => [...acknowledged.keys()].every((id) => queued.has(id)));
      await endWatch();
      await sendEvenly({
        ...own,
        topic: bareTopic,
        name: `B${round}`,
        sent: (id, { handedOverAt }) => handedOver.set(id, handedOverAt),
      });
      await until('every record consumed', () => [...handedOver.keys()].every((id) => consumed.has(id)));
      const ours = p99([...acknowledged].map(([id, at]) => queued.get(id) - at));
      const bare = p99([...handedOver].map(([id, at]) => consumed.get(id) - at));
      process.stderr.write(`  round ${round} of ${rounds}: p99 ${ours.toFixed(1)} ms; bare ${bare.toFixed(1)} ms\n`);
      if (round > 0) quotients.push(ours / bare);
      progress((round + 1) / (rounds + 1));
    }
    return ratioOf(quotients);
  } finally {
    await cluster.stop();
  }
}

export const latency = [
  { name: 'fact acknowledged → alert in the queue, p99 ÷ bare Kafka', must: 8, stretch: 5, run: againstBare },
];
