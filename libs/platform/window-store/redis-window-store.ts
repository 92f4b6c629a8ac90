import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { readProgress } from './progress-format';
import { RedisConnection, type RedisConnectionOptions } from './redis-connection';
import { redisWarnings, refuseUnsafe } from './redis-health';
import { appendScript, holdsScript, openScript, snapshotScript } from './redis-scripts';
import type { Claim, OpenedPartition, PartitionName, Progress, WindowStore, WriteResult } from './window-store';
import { WindowStoreError } from './window-store-error';

export interface RedisWindowStoreOptions extends RedisConnectionOptions {
  /** Begins every key, for several installations on one Redis; default `weir`. No braces. */
  readonly keyPrefix?: string;
}

type Argument = string | Buffer;
/** The scripts as ioredis makes them methods: keys first, then arguments. */
type ScriptedRedis = Redis & {
  weirOpen(...args: Argument[]): Promise<[number, string, string, string, string, string]>;
  weirHolds(...args: Argument[]): Promise<number>;
  weirAppend(...args: Argument[]): Promise<number>;
  weirSnapshot(...args: Argument[]): Promise<number>;
};

/** Staged chunks of a snapshot that was never finished go by themselves after this time, seconds. */
const stagedForS = 3_600;
/** Most deltas that are read in one answer. */
const deltasAtOnce = 256;

/** Window store on Redis 6.2 or newer. One connection; every write is one atomic script. */
export class RedisWindowStore implements WindowStore {
  private readonly connection: RedisConnection;
  private readonly prefix: string;
  /** Partitions of each topic as they were when their progress was last asked for. */
  private readonly partitionsOf = new Map<string, readonly number[]>();

  constructor(options: RedisWindowStoreOptions) {
    this.prefix = options.keyPrefix ?? 'weir';
    if (/[{}]/.test(this.prefix)) throw new Error(`The key prefix ${this.prefix} must not have braces.`);
    this.connection = new RedisConnection(options);
    const { redis } = this.connection;
    redis.defineCommand('weirOpen', { numberOfKeys: 3, lua: openScript });
    redis.defineCommand('weirHolds', { numberOfKeys: 1, lua: holdsScript });
    redis.defineCommand('weirAppend', { numberOfKeys: 2, lua: appendScript });
    redis.defineCommand('weirSnapshot', { numberOfKeys: 4, lua: snapshotScript });
  }

  /** @throws WindowStoreError */
  open(name: PartitionName, topicIdentity: string, beginAt: number): Promise<OpenedPartition> {
    return this.run(async (redis) => {
      await refuseUnsafe(redis, this.connection.address);
      // 1. The list of a topic's partitions stands on another node of a cluster: written first, so that none is missing.
      await redis.sadd(this.partitionsKey(name.topic), String(name.partition));

      // 2. Take the partition over: from here on nobody else's write succeeds, until somebody opens it after us.
      const { claim: claimKey, deltas: deltasKey, snapshot: snapshotKey } = this.keys(name);
      const owner = randomUUID();
      const [begun, lineage, offset, identity, deltaCount, chunkCount] = await redis.weirOpen(
        claimKey,
        deltasKey,
        snapshotKey,
        owner,
        randomUUID(),
        String(beginAt),
        topicIdentity,
      );
      const claim: Claim = { name, lineage, owner, nextOffset: Number(offset) };

      // 3. Read in pieces, since Redis serves nobody else during an answer.
      const snapshot = await readList(redis, snapshotKey, Number(chunkCount), 1);
      const deltas = await readList(redis, deltasKey, Number(deltaCount), deltasAtOnce);

      // 4. Only who owns the partition can change it: still owned, so what was read is of one moment.
      if ((await redis.weirHolds(claimKey, ...held(claim))) !== 1) {
        throw new WindowStoreError(
          'window-store-taken-over',
          `Partition ${name.topic}/${name.partition} was opened by another owner while it was being read.`,
        );
      }
      return { claim, empty: begun === 1, topicIdentity: identity, snapshot, deltas };
    });
  }

  /** @throws WindowStoreError where it is not known whether the delta was appended: open the partition anew */
  append(claim: Claim, delta: Buffer, nextOffset: number, progress: Progress): Promise<WriteResult> {
    return this.run(async (redis) => {
      const { claim: claimKey, deltas } = this.keys(claim.name);
      const args = [...held(claim), delta, String(nextOffset), JSON.stringify(progress)];
      const done = await redis.weirAppend(claimKey, deltas, ...args);
      return done === 1 ? { claim: { ...claim, nextOffset } } : 'fenced';
    });
  }

  /** @throws WindowStoreError where it is not known whether the snapshot was taken: open the partition anew */
  snapshot(claim: Claim, chunks: readonly Buffer[], progress?: Progress): Promise<WriteResult> {
    return this.run(async (redis) => {
      const { claim: claimKey, deltas, snapshot, staged } = this.keys(claim.name);
      const stage = `${staged}:${randomUUID()}`;
      // A stale owner need not send it all first. What counts is the same question in the script below.
      if ((await redis.weirHolds(claimKey, ...held(claim))) !== 1) return 'fenced';
      // Chunk by chunk under another name, then put in place at once: no command carries the whole snapshot.
      for (const chunk of chunks) {
        await redis.multi().rpush(stage, chunk).expire(stage, stagedForS).exec().then(refuseFailed);
      }
      const args = [...held(claim), String(chunks.length), progress === undefined ? '' : JSON.stringify(progress)];
      const done = await redis.weirSnapshot(claimKey, deltas, snapshot, stage, ...args);
      if (done < 0) {
        throw new WindowStoreError(
          'window-store-unavailable',
          `The chunks of a snapshot of ${claim.name.topic}/${claim.name.partition} were gone before it was complete.`,
        );
      }
      return done === 1 ? { claim } : 'fenced';
    });
  }

  progress(topic: string): Promise<ReadonlyMap<number, Progress>> {
    return this.run(async (redis) => {
      const stored = (partition: number) => redis.hget(this.keys({ topic, partition }).claim, 'progress');
      // In one journey, where the partitions are those that it was asked of before.
      const known = this.partitionsOf.get(topic) ?? [];
      const [members, ...answers] = await Promise.all([
        redis.smembers(this.partitionsKey(topic)),
        ...known.map(stored),
      ]);
      const partitions = members.map(Number).sort((a, b) => a - b);
      const texts = new Map(known.map((partition, i) => [partition, answers[i]]));
      const added = partitions.filter((partition) => !texts.has(partition));
      for (const [i, text] of (await Promise.all(added.map(stored))).entries()) texts.set(added[i] ?? -1, text);
      this.partitionsOf.set(topic, partitions);
      return new Map(
        partitions.flatMap((partition) => {
          const text = texts.get(partition);
          return typeof text === 'string'
            ? [[partition, readProgress(JSON.parse(text), `${topic}/${partition}`)] as const]
            : [];
        }),
      );
    });
  }

  ping(): Promise<void> {
    return this.run((redis) => refuseUnsafe(redis, this.connection.address));
  }

  warnings(): Promise<readonly string[]> {
    return this.run((redis) => redisWarnings(redis, this.connection.address));
  }

  close(): Promise<void> {
    this.connection.close();
    return Promise.resolve();
  }

  private run<T>(commands: (redis: ScriptedRedis) => Promise<T>): Promise<T> {
    return this.connection.run((redis) => commands(redis as ScriptedRedis));
  }

  private keys({ topic, partition }: PartitionName) {
    const of = `${this.prefix}:window:{${topic}/${partition}}`;
    return { claim: `${of}:claim`, deltas: `${of}:deltas`, snapshot: `${of}:snapshot`, staged: `${of}:staged` };
  }

  private partitionsKey(topic: string): string {
    return `${this.prefix}:window-partitions:${topic}`;
  }
}

/** What must equal the stored claim, in the order of the scripts. */
function held({ lineage, owner, nextOffset }: Claim): [string, string, string] {
  return [lineage, owner, String(nextOffset)];
}

async function readList(redis: Redis, key: string, length: number, atOnce: number): Promise<Buffer[]> {
  const items: Buffer[] = [];
  for (let from = 0; from < length; from += atOnce) {
    items.push(...(await redis.lrangeBuffer(key, from, Math.min(from + atOnce, length) - 1)));
  }
  return items;
}

/** EXEC answers for each command by itself; any failure is the whole's. */
function refuseFailed(results: [Error | null, unknown][] | null): void {
  const failed = results?.find(([error]) => error !== null)?.[0];
  if (failed) throw failed;
}
