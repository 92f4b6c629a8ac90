import { RedisWindowStore, type RedisWindowStoreOptions } from '@weir/platform/window-store';
import { Redis } from 'ioredis';
import { randomBytes, randomUUID } from 'node:crypto';
import { startRedis, type RedisWishes, type TestRedis } from '../redis';
import { CuttingProxy } from './cutting-proxy';
import { itIsAWindowStore, won } from './window-store.contract.spec';

jest.setTimeout(120_000);

const progress = { watermark: 5, movedUpTo: {}, nextOffset: 1, sourceReadAt: 1 };
const delta = (text: string) => Buffer.from(text);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(wishes: RedisWishes): Promise<TestRedis> {
  const redis = await startRedis(wishes);
  closing.push(() => redis.stop());
  return redis;
}

function storeOn(url: string, options: Partial<RedisWindowStoreOptions> = {}): RedisWindowStore {
  const store = new RedisWindowStore({ url, commandTimeoutMs: 5_000, ...options });
  closing.push(() => store.close());
  return store;
}

async function command(url: string, ...[name, ...args]: [string, ...string[]]): Promise<unknown> {
  const redis = new Redis(url, { disconnectTimeout: 300 });
  try {
    return await redis.call(name, ...args);
  } finally {
    redis.disconnect();
  }
}

describe('RedisWindowStore', () => {
  let redis: TestRedis;
  let admin: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    admin = new Redis(redis.url, { disconnectTimeout: 300 });
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });

  describe('as a window store', () => {
    // A prefix of its own: the Redis may be one that is given, and not this test's to empty.
    const keyPrefix = `weir-test-${randomUUID()}`;
    const ours = () => admin.keys(`${keyPrefix}:*`);
    afterAll(async () => {
      await admin.del(...(await ours()), 'none');
    });
    itIsAWindowStore(() =>
      Promise.resolve({
        connect: () => new RedisWindowStore({ url: redis.url, keyPrefix }),
        wipe: async () => {
          await admin.del(...(await ours()), 'none');
        },
        loseOneDelta: async ({ topic, partition }) => {
          await admin.lpop(`${keyPrefix}:window:{${topic}/${partition}}:deltas`);
        },
      }),
    );

    test('all keys of a partition carry its name as hash tag, so that a cluster keeps them on one node', async () => {
      const store = storeOn(redis.url, { keyPrefix: `${keyPrefix}:tags` });
      let { claim } = await store.open({ topic: 'facts', partition: 4 }, 'x', 0);
      claim = won(await store.append(claim, delta('a'), 1, progress));
      claim = won(await store.snapshot(claim, [delta('s')]));
      await store.append(claim, delta('b'), 2, progress);
      const keys = (await admin.keys(`${keyPrefix}:tags:window:*`)).sort();
      const of = `${keyPrefix}:tags:window:{facts/4}`;
      expect(keys).toEqual([`${of}:claim`, `${of}:deltas`, `${of}:snapshot`]);
      expect(await Promise.all(keys.map((key) => admin.ttl(key)))).toEqual([-1, -1, -1]);
    });

    test('a snapshot that is fenced leaves nothing behind', async () => {
      const store = storeOn(redis.url, { keyPrefix: `${keyPrefix}:left` });
      const name = { topic: 'facts', partition: 0 };
      const { claim } = await store.open(name, 'x', 0);
      const chunks = Array.from({ length: 50 }, () => randomBytes(10_000));
      const [taken] = await Promise.all([store.snapshot(claim, chunks), store.append(claim, delta('a'), 1, progress)]);
      expect(taken).toBe('fenced');
      expect(await admin.keys(`${keyPrefix}:left:*staged*`)).toEqual([]);
    });
  });

  test('given scripts that Redis has forgotten, it goes on', async () => {
    const own = await started({ appendonly: false });
    const store = storeOn(own.url);
    const { claim } = await store.open({ topic: 't', partition: 0 }, 'x', 0);
    const next = won(await store.append(claim, delta('a'), 1, progress));
    await command(own.url, 'SCRIPT', 'FLUSH');
    won(await store.append(next, delta('b'), 2, progress));
  });

  test('given a partition that another takes over while it is being read, opening says so instead of mixing two states', async () => {
    const own = await started({});
    const proxy = await CuttingProxy.before(Number(new URL(own.url).port));
    closing.push(() => proxy.close());
    const [slow, quick] = [storeOn(`redis://127.0.0.1:${proxy.port}`), storeOn(own.url)];
    const name = { topic: 't', partition: 0 };
    const { claim } = await quick.open(name, 'x', 0);
    await quick.append(claim, delta('before'), 1, progress);

    const { reached, letGo } = proxy.holdOnce('lrange');
    const opening = slow.open(name, 'x', 0).catch((error: unknown) => error);
    await reached;
    const opened = await quick.open(name, 'x', 0);
    won(await quick.append(opened.claim, delta('after'), 2, progress));
    letGo();
    expect(await opening).toMatchObject({ code: 'window-store-taken-over' });
  });

  describe('a Redis that would forget', () => {
    test.each(['allkeys-lru', 'volatile-ttl'])(
      'given maxmemory-policy %s, it is refused, with how to mend it',
      async (maxmemoryPolicy) => {
        const own = await started({ maxmemoryPolicy });
        const store = storeOn(own.url);
        const refusal = {
          code: 'window-store-unsafe',
          message: expect.stringContaining(`maxmemory-policy ${maxmemoryPolicy}`) as string,
        };
        await expect(store.ping()).rejects.toMatchObject(refusal);
        await expect(store.open({ topic: 't', partition: 0 }, 'x', 0)).rejects.toMatchObject(refusal);
        await command(own.url, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
        await store.ping();
      },
    );

    test('given no append-only file, it is allowed and said; with one there is nothing to say', async () => {
      expect(await storeOn((await started({ appendonly: false })).url).warnings()).toEqual([
        expect.stringContaining('appendonly no'),
      ]);
      expect(await storeOn((await started({ appendonly: true })).url).warnings()).toEqual([]);
    });

    test('given a replica, it is refused', async () => {
      const primary = await started({});
      const replica = await started({});
      await command(replica.url, 'REPLICAOF', '127.0.0.1', new URL(primary.url).port);
      await expect(storeOn(replica.url).ping()).rejects.toMatchObject({
        code: 'window-store-unsafe',
        message: expect.stringContaining('replica') as string,
      });
    });

    test('given a user who may not use CONFIG, it works; given one who may not use INFO, it says what is missing', async () => {
      const own = await started({});
      await command(own.url, 'ACL', 'SETUSER', 'narrow', 'on', '>pw', '~weir:*', '+@all', '-@dangerous', '+info');
      await command(own.url, 'ACL', 'SETUSER', 'narrower', 'on', '>pw', '~weir:*', '+@all', '-@dangerous');
      const as = (user: string) => own.url.replace('redis://', `redis://${user}:pw@`);
      const narrow = storeOn(as('narrow'));
      await narrow.ping();
      won(
        await narrow.append((await narrow.open({ topic: 't', partition: 0 }, 'x', 0)).claim, delta('a'), 1, progress),
      );
      await expect(storeOn(as('narrower'), { commandTimeoutMs: 2_000 }).ping()).rejects.toThrow(/info/i);
    });

    test('given a full memory, an append fails as a whole and what was appended before stays', async () => {
      const own = await started({ maxmemory: 6_000_000 });
      const store = storeOn(own.url);
      const name = { topic: 't', partition: 0 };
      let { claim } = await store.open(name, 'x', 0);
      const outcome = await (async () => {
        for (let n = 1; ; n += 1) claim = won(await store.append(claim, randomBytes(200_000), n, progress));
      })().catch((error: unknown) => error);
      expect(outcome).toMatchObject({
        code: 'window-store-unavailable',
        message: expect.stringMatching(/OOM/) as string,
      });
      expect((await store.warnings()).join()).toMatch(/% of its maxmemory/);
      await command(own.url, 'CONFIG', 'SET', 'maxmemory', '0');
      const opened = await store.open(name, 'x', 0);
      expect(opened.claim.nextOffset).toBe(claim.nextOffset);
      expect(opened.deltas).toHaveLength(claim.nextOffset);
    });
  });

  describe('a connection that is lost', () => {
    const name = { topic: 'lost', partition: 0 };

    test.each([
      ['before the request', 0],
      ['before the answer', 1],
    ] as const)(
      'given it is cut %s of an append, the append rejects, is never sent again, and opening anew tells what became of it',
      async (when, applied) => {
        const own = await started({});
        const proxy = await CuttingProxy.before(Number(new URL(own.url).port));
        closing.push(() => proxy.close());
        const store = storeOn(`redis://127.0.0.1:${proxy.port}`);
        const { claim } = await store.open(name, 'x', 0);
        proxy.cutOnce(when, 'the-delta');
        await expect(store.append(claim, delta('the-delta'), 1, progress)).rejects.toMatchObject({
          name: 'WindowStoreError',
          code: 'window-store-unavailable',
        });
        await store.ping();
        expect(proxy.connections).toBe(2);
        const opened = await store.open(name, 'x', 0);
        expect(opened.claim.nextOffset).toBe(applied);
        expect(opened.deltas).toEqual(applied === 1 ? [delta('the-delta')] : []);
        expect(await store.append(claim, delta('the-delta'), 1, progress)).toBe('fenced');
      },
    );

    test('given many appends in flight when it is cut, each one rejects', async () => {
      const own = await started({});
      const proxy = await CuttingProxy.before(Number(new URL(own.url).port));
      closing.push(() => proxy.close());
      const store = storeOn(`redis://127.0.0.1:${proxy.port}`);
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, partition) => store.open({ ...name, partition }, 'x', 0)),
      );
      proxy.cutOnce('before the request', 'the-delta');
      const outcomes = await Promise.allSettled(
        claims.map(({ claim }) => store.append(claim, delta('the-delta'), 1, progress)),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'rejected'));
    });

    test('given Redis is killed and starts again with its append-only file, state and claim are still there', async () => {
      const own = await started({ appendonly: true });
      const store = storeOn(own.url);
      let { claim } = await store.open(name, 'x', 0);
      claim = won(await store.snapshot(claim, [randomBytes(1_000)]));
      claim = won(await store.append(claim, delta('a'), 1, progress));
      await own.kill9();
      await expect(store.append(claim, delta('b'), 2, progress)).rejects.toMatchObject({
        code: 'window-store-unavailable',
        message: expect.stringContaining(new URL(own.url).host) as string,
      });
      await own.restart();
      const opened = await store.open(name, 'x', 0);
      expect(opened).toMatchObject({ empty: false, deltas: [delta('a')], claim: { nextOffset: 1 } });
      expect(opened.snapshot).toHaveLength(1);
      expect(opened.claim.lineage).toBe(claim.lineage);
      won(await store.append(opened.claim, delta('b'), 2, progress));
    });

    test('given Redis is killed and has no append-only file, the owner is fenced and a new lineage begins', async () => {
      const own = await started({ appendonly: false });
      const store = storeOn(own.url);
      const claim = won(await store.append((await store.open(name, 'x', 0)).claim, delta('a'), 1, progress));
      await own.kill9();
      await own.restart();
      // The first command meets the connection that is gone.
      const outcome = await store
        .append(claim, delta('b'), 2, progress)
        .catch(() => store.append(claim, delta('b'), 2, progress));
      expect(outcome).toBe('fenced');
      const opened = await store.open(name, 'x', 0);
      expect(opened.empty).toBe(true);
      expect(opened.claim.lineage).not.toBe(claim.lineage);
    });

    test('given Redis that hangs, an append rejects in time, and a fresh connection works once it answers again', async () => {
      const own = await started({});
      const store = storeOn(own.url, { commandTimeoutMs: 300 });
      const { claim } = await store.open(name, 'x', 0);
      await command(own.url, 'CLIENT', 'PAUSE', '1000', 'ALL');
      await expect(store.append(claim, delta('a'), 1, progress)).rejects.toMatchObject({
        code: 'window-store-unavailable',
        message: expect.stringContaining('timed out') as string,
      });
      let opened = null;
      while (opened === null) opened = await store.open(name, 'x', 0).catch(() => null);
      won(await store.append(opened.claim, delta('z'), opened.claim.nextOffset + 1, progress));
    });

    test.each([
      ['nothing listens', 'redis://127.0.0.1:1', /Redis at 127\.0\.0\.1:1 failed: .*ECONNREFUSED/],
      [
        'the host has no address',
        'redis://none.invalid:6379',
        /Redis at none\.invalid:6379 failed: .*(ENOTFOUND|EAI_AGAIN)/,
      ],
    ])('given %s, the error says so', async (_, url, message) => {
      await expect(storeOn(url).ping()).rejects.toThrow(message);
    });

    test('given a wrong password, the error says so and shows none', async () => {
      const own = await started({ password: 'right-password' });
      const url = own.url.replace('right-password', 'wrong-password');
      const error: unknown = await storeOn(url)
        .ping()
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ message: expect.stringMatching(/WRONGPASS/) as string });
      expect(String(error)).not.toContain('wrong-password');
      await storeOn(own.url).ping();
    });
  });

  describe('over TLS', () => {
    const tls = { ca: null, cert: null, key: null, verify: true };

    test('given the authority and a client certificate, it does all it does without', async () => {
      const own = await started({ tls: true });
      const { ca, cert, key } = own.certificates ?? { ca: '', cert: '', key: '' };
      const store = storeOn(own.url, { tls: { ...tls, ca, cert, key } });
      await store.ping();
      const { claim } = await store.open({ topic: 't', partition: 0 }, 'x', 0);
      won(await store.snapshot(claim, [randomBytes(3_000_000)]));
      expect((await store.open({ topic: 't', partition: 0 }, 'x', 0)).snapshot[0]).toHaveLength(3_000_000);

      // Not trusted: refused. Not asked whether trusted: taken. Without a client certificate: refused by Redis.
      await expect(storeOn(own.url, { tls: { ...tls, cert, key } }).ping()).rejects.toThrow(/certificate/);
      await storeOn(own.url, { tls: { ...tls, cert, key, verify: false } }).ping();
      await expect(storeOn(own.url, { tls: { ...tls, ca } }).ping()).rejects.toThrow(/certificate|ECONNRESET|closed/i);
      // Without TLS it is no conversation at all.
      await expect(storeOn(own.url.replace('rediss:', 'redis:'), { commandTimeoutMs: 2_000 }).ping()).rejects.toThrow();
    });

    test('given a certificate for another name, it is refused', async () => {
      const own = await started({ tls: true, tlsName: 'other.example' });
      const { ca, cert, key } = own.certificates ?? { ca: '', cert: '', key: '' };
      await expect(storeOn(own.url, { tls: { ...tls, ca, cert, key } }).ping()).rejects.toThrow(/altnames/);
    });
  });
});
