import { Redis } from 'ioredis';
import { until } from '../harness/until';
import { strike } from './detector-faults';
import type { DetectorProcess } from './detectors';
import { anyDetector, type Ground } from './ground';
import { inFlightNow, inWords, sumOf, type Reading } from './in-flight';
import type { HeldAt, HeldCheckpoint } from './redis-door';

/** A fault that struck something. */
export interface Struck {
  /** Whom it struck, e.g. `detector 3 (4 partitions)`. */
  readonly whom: string;
  /** What was in flight when it struck, in words. */
  readonly inFlight: string;
}

/** A fault: carries itself out and brings the servers back. Null where nothing was in flight: then it does not count. */
export interface Fault {
  readonly name: string;
  /** False where it makes no sense now. */
  readonly fits?: (ground: Ground) => boolean;
  readonly strike: (ground: Ground) => Promise<Struck | null>;
}

/** Longest that a checkpoint is waited for, ms: the detector may hold no partition. */
const checkpointWithin = 20_000;

/** A fault of something that all share: what is in flight is looked at right before. */
function ofServer(
  name: string,
  whom: string,
  of: readonly Reading[],
  break_: (ground: Ground) => Promise<void>,
): Fault {
  return {
    name,
    strike: async (ground) => {
      const flight = await inFlightNow(ground.log);
      if (sumOf(flight, ...of) === 0) return null;
      await break_(ground);
      return { whom, inFlight: inWords(flight) };
    },
  };
}

async function emptyRedis({ cluster }: Ground): Promise<void> {
  const redis = new Redis(cluster.servers.redis.url);
  try {
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}

const detection: readonly Reading[] = ['facts', 'keyed anew'];
const everything: readonly Reading[] = [...detection, 'to be archived', 'hits'];
const few = 2;
const many = 4;

/** Every kind of fault that there is. */
export const faults = {
  killed: {
    name: 'detector killed',
    strike: (ground) => strike(ground, anyDetector(ground), 'kill'),
  },
  killedBeforeCheckpoint: {
    name: 'detector killed between publishing and checkpoint',
    strike: (ground) => strikeHeld(ground, 'request', 'kill'),
  },
  killedAfterCheckpoint: {
    name: 'detector killed between checkpoint and commit',
    strike: (ground) => strikeHeld(ground, 'answer', 'kill'),
  },
  paused: {
    name: 'detector paused for longer than its session',
    strike: (ground) => strike(ground, anyDetector(ground), 'pause'),
  },
  pausedBeforeCheckpoint: {
    name: 'detector paused between publishing and checkpoint, for longer than its session',
    strike: (ground) => strikeHeld(ground, 'request', 'pause'),
  },
  joined: {
    name: 'a detector joins',
    fits: ({ detectors }) => detectors.running.length < many,
    strike: async (ground) => {
      const flight = await inFlightNow(ground.log);
      if (sumOf(flight, ...detection) === 0) return null;
      const { number } = await ground.detectors.start();
      return { whom: `detector ${number}`, inFlight: inWords(flight) };
    },
  },
  left: {
    name: 'a detector leaves',
    fits: ({ detectors }) => detectors.running.length > few,
    strike: async (ground) => {
      const detector = anyDetector(ground);
      const flight = await inFlightNow(ground.log);
      if (sumOf(flight, ...detection) === 0) return null;
      await ground.detectors.leave(detector);
      return { whom: `detector ${detector.number}`, inFlight: inWords(flight) };
    },
  },
  kafka: ofServer('Kafka killed and started again', 'Kafka', everything, async ({ cluster: { servers } }) => {
    await servers.kafka.kill9();
    await servers.kafka.restart();
  }),
  redis: ofServer('Redis killed and started again', 'Redis', detection, async ({ cluster: { servers } }) => {
    await servers.redis.kill9();
    await servers.redis.restart();
  }),
  emptied: ofServer('Redis emptied', 'Redis', detection, emptyRedis),
  emptiedBeforeCheckpoint: {
    name: 'Redis emptied between publishing and checkpoint',
    strike: async (ground) => {
      const held = await holdCheckpoint(ground, 'request');
      if (held === null) return null;
      const flight = await inFlightNow(ground.log);
      await emptyRedis(ground);
      held.checkpoint.letGo();
      return { whom: 'Redis', inFlight: `a batch of ${held.checkpoint.place}; ${inWords(flight)}` };
    },
  },
  postgres: ofServer(
    'PostgreSQL killed and started again',
    'PostgreSQL',
    ['to be archived', 'hits'],
    async ({ cluster: { servers } }) => {
      await servers.postgres.kill9();
      await servers.postgres.restart();
    },
  ),
  desk: ofServer('desk killed and started again', 'the desk', ['to be archived', 'hits'], async (ground) => {
    await ground.desk.kill9();
    ground.desk = await ground.cluster.service('desk');
  }),
} satisfies Record<string, Fault>;

/** A kind of fault. */
export type FaultKind = keyof typeof faults;

/** Keeps back the next checkpoint of some detector; null where it writes none. */
async function holdCheckpoint(
  ground: Ground,
  at: HeldAt,
): Promise<{ readonly detector: DetectorProcess; readonly checkpoint: HeldCheckpoint } | null> {
  const detector = anyDetector(ground);
  const reached = detector.door.holdNext(at);
  let checkpoint: HeldCheckpoint | null = null;
  void reached.then((held) => (checkpoint = held));
  try {
    await until('a checkpoint', () => Promise.resolve(checkpoint ?? undefined), checkpointWithin);
  } catch {
    // It reads nothing at the moment: another time.
    detector.door.holdNothing();
    return null;
  }
  return { detector, checkpoint: await reached };
}

async function strikeHeld(ground: Ground, at: HeldAt, how: 'kill' | 'pause'): Promise<Struck | null> {
  const held = await holdCheckpoint(ground, at);
  return held === null ? null : strike(ground, held.detector, how, held.checkpoint);
}
