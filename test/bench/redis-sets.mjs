/**
 * The usual design against the detector's path: one sorted set in Redis for each rule and account, scored by event time. Per fact and
 * rule that it concerns: add the fact, drop what is out of the window, and ask for the number, or for the members with their amounts,
 * which are summed. As good as that design gets: facts are parsed only, conditions are looked at in the process, all commands of a
 * batch go out in one pipeline. It knows no duplicates, no late facts, no evidence and no crossing.
 */
import { createRequire } from 'node:module';
import { CheckpointedPath } from './checkpointed-path.mjs';
import { messages, rules } from './messages.mjs';
import { alternate, secondsOfAsync } from './slices.mjs';

const require = createRequire(import.meta.url);
const { compileRules, parseDuration } = require('@weir/domain');
const { RedisWindowStore } = require('@weir/platform/window-store');
const { startRedis } = require('@weir/testing');
const { Redis } = require('ioredis');

const batchSize = 500;
const perSlice = 2_000;

/** A rule document as the usual design has it in code. */
function monitorOf({ id, when, measure, threshold }) {
  const tests = when.map(({ field, in: list, equals, atLeast }) => {
    if (list !== undefined) return (fact) => list.includes(fact[field]);
    if (equals !== undefined) return (fact) => fact[field] === equals;
    return (fact) => Number(fact[field]) >= Number(atLeast);
  });
  return {
    id,
    windowMs: parseDuration(measure.window.sliding),
    concerns: (fact) => tests.every((test) => test(fact)),
    counts: measure.count !== undefined,
    above: Number(threshold.above),
  };
}

/** Takes facts in as the usual design does. */
class SortedSets {
  hits = 0;

  constructor(redis, documents) {
    this.redis = redis;
    this.monitors = documents.map(monitorOf);
  }

  async take(buffers) {
    for (let from = 0; from < buffers.length; from += batchSize)
      await this.#takeBatch(buffers.slice(from, from + batchSize));
  }

  async #takeBatch(buffers) {
    const pipeline = this.redis.pipeline();
    const asked = [];
    for (const buffer of buffers) {
      const fact = JSON.parse(buffer.toString('utf8'));
      const t = Date.parse(fact.occurredAt);
      const member = `${fact.id}|${fact.amount}`;
      for (const monitor of this.monitors) {
        if (!monitor.concerns(fact)) continue;
        const key = `${monitor.id}:${fact.accountId}`;
        pipeline.zadd(key, t, member);
        pipeline.zremrangebyscore(key, '-inf', t - monitor.windowMs);
        if (monitor.counts) pipeline.zcard(key);
        else pipeline.zrange(key, 0, -1);
        asked.push(monitor);
      }
    }
    const answers = await pipeline.exec();
    for (const [error] of answers) if (error !== null) throw error;
    for (const [n, { counts, above }] of asked.entries()) {
      const answer = answers[3 * n + 2][1];
      const measured = counts ? answer : sumOf(answer);
      if (measured > above) this.hits++;
    }
  }
}

function sumOf(members) {
  let sum = 0;
  for (const member of members) sum += Number(member.slice(member.lastIndexOf('|') + 1));
  return sum;
}

/** Both have a Redis of their own with an append-only file, as whoever must not forget has it. */
async function againstSortedSets(progress) {
  const servers = [await startRedis({ appendonly: true }), await startRedis({ appendonly: true })];
  const store = new RedisWindowStore({ url: servers[0].url });
  const redis = new Redis(servers[1].url, { disconnectTimeout: 300 });
  try {
    const documents = rules(10);
    const path = await CheckpointedPath.open(store, compileRules(documents));
    const sets = new SortedSets(redis, documents);
    const next = messages({ seed: 7 });
    let buffers = [];
    // Seconds of the sorted sets over the detector's: that of facts per second the other way round.
    return await alternate(
      () => secondsOfAsync(() => sets.take(buffers)),
      () => secondsOfAsync(() => path.take(buffers)),
      {
        prepare: () => {
          buffers = next(perSlice);
        },
        progress,
        slices: 40,
        warmUp: 10,
      },
    );
  } finally {
    redis.disconnect();
    await store.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

export const redisSets = [
  {
    name: 'detector ÷ sorted sets in Redis, facts/s',
    must: 15,
    stretch: 20,
    atLeast: true,
    run: againstSortedSets,
  },
];
