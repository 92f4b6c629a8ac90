import type { Redis } from 'ioredis';
import { WindowStoreError } from './window-store-error';

/** Refuses a Redis that would forget what it was given, or cannot take it. */
export async function refuseUnsafe(redis: Redis, address: string): Promise<void> {
  const policy = (await info(redis, 'memory')).get('maxmemory_policy') ?? (await configured(redis, 'maxmemory-policy'));
  if (policy !== 'noeviction') {
    throw new WindowStoreError(
      'window-store-unsafe',
      policy === undefined
        ? `Redis at ${address} does not tell its maxmemory-policy (INFO memory): allow this user the command INFO.`
        : `Redis at ${address} has maxmemory-policy ${policy} and would drop window state when memory runs short. ` +
            'Set "maxmemory-policy noeviction" in its configuration (or: redis-cli CONFIG SET maxmemory-policy noeviction), ' +
            'or give Weir a Redis of its own.',
    );
  }
  if ((await info(redis, 'replication')).get('role') === 'slave') {
    throw new WindowStoreError(
      'window-store-unsafe',
      `Redis at ${address} is a replica and takes no writes: point REDIS_URL at the primary.`,
    );
  }
}

/** What is allowed, but worse than it could be. */
export async function redisWarnings(redis: Redis, address: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  const persistence = await info(redis, 'persistence');
  if (persistence.get('aof_enabled') !== '1') {
    warnings.push(
      `Redis at ${address} has no append-only file (appendonly no): when it restarts, window state is lost and is ` +
        'begun anew from the oldest record of the log, with incomplete windows where that is too young. Set "appendonly yes".',
    );
  } else if (persistence.get('aof_last_write_status') === 'err') {
    warnings.push(`Redis at ${address} cannot write its append-only file: see its log, most likely the disk is full.`);
  }
  const memory = await info(redis, 'memory');
  const [used, limit] = [Number(memory.get('used_memory')), Number(memory.get('maxmemory'))];
  if (limit > 0 && used > 0.8 * limit) {
    warnings.push(
      `Redis at ${address} uses ${Math.round((100 * used) / limit)} % of its maxmemory; when it is full, detection stops.`,
    );
  }
  return warnings;
}

async function info(redis: Redis, section: string): Promise<ReadonlyMap<string, string>> {
  const text = await redis.info(section);
  return new Map(
    text.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
    }),
  );
}

/** Only for servers whose INFO lacks the line; undefined where CONFIG is forbidden too. */
async function configured(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const reply: unknown = await redis.config('GET', name);
    return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined;
  } catch (error) {
    if (error instanceof Error && /NOPERM|unknown command/i.test(error.message)) return undefined;
    throw error;
  }
}
