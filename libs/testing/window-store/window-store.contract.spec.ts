/* Long for one reason: the whole contract of the window store, run as one suite against every adapter. */
import fc from 'fast-check';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  WindowStoreError,
  type Claim,
  type PartitionName,
  type Progress,
  type WindowStore,
  type WriteResult,
} from '@weir/platform/window-store';

/** What the suite needs of the thing under test. */
export interface WindowStoreUnderTest {
  /** One more store on the same data, as another process would have it. */
  connect(): WindowStore;
  /** Forgets everything, as somebody who empties the database does. */
  wipe(): Promise<void>;
  /** Takes away one delta of the partition behind the store's back. */
  loseOneDelta(name: PartitionName): Promise<void>;
}

const progress = (watermark: number | null = null): Progress => ({
  watermark,
  movedUpTo: {},
  nextOffset: 1,
  sourceReadAt: null,
});

/** The claim of a write that must have succeeded. */
export function won(result: WriteResult): Claim {
  if (result === 'fenced') throw new Error('The write was fenced.');
  return result.claim;
}

/** The promises of `WindowStore`, for every adapter. */
export function itIsAWindowStore(start: () => Promise<WindowStoreUnderTest>): void {
  let under: WindowStoreUnderTest;
  let store: WindowStore;
  let other: WindowStore;
  let name: PartitionName;

  beforeAll(async () => {
    under = await start();
    store = under.connect();
    other = under.connect();
  });
  afterAll(() => Promise.all([store.close(), other.close()]));
  beforeEach(() => (name = { topic: `facts.${randomUUID()}`, partition: 3 }));

  const open = (by: WindowStore = store, beginAt = 0) => by.open(name, 'cluster/topic/6', beginAt);
  const bytes = (text: string) => Buffer.from(text);

  describe('opening', () => {
    test('given nothing stored, a lineage begins at the offset given, empty', async () => {
      const opened = await open(store, 17);
      expect(opened).toEqual({
        claim: { name, lineage: expect.any(String) as string, owner: expect.any(String) as string, nextOffset: 17 },
        empty: true,
        topicIdentity: 'cluster/topic/6',
        snapshot: [],
        deltas: [],
      });
    });

    test('given a lineage, it goes on where it stood, whatever the new owner would begin at', async () => {
      const { claim } = await open(store, 17);
      await store.append(claim, bytes('a'), 20, progress());
      const again = await other.open(name, 'another identity', 99);
      expect(again).toMatchObject({ empty: false, topicIdentity: 'cluster/topic/6', deltas: [bytes('a')] });
      expect(again.claim).toMatchObject({ lineage: claim.lineage, nextOffset: 20 });
      expect(again.claim.owner).not.toBe(claim.owner);
    });

    test('given a lineage without any delta yet, it is not empty: it has an offset to go on from', async () => {
      const { claim } = await open(store, 17);
      expect(await open(other, 99)).toMatchObject({ empty: false, claim: { lineage: claim.lineage, nextOffset: 17 } });
    });

    test('given partitions of the same number in other topics, and others of the same topic, they are apart', async () => {
      const names = [
        name,
        { ...name, partition: 4 },
        { ...name, topic: `${name.topic}.b` },
        { ...name, partition: 34 },
      ];
      for (const [i, each] of names.entries()) {
        const { claim, empty } = await store.open(each, 'x', i);
        expect(empty).toBe(true);
        won(await store.append(claim, bytes(`of ${i}`), i + 10, progress(i)));
      }
      for (const [i, each] of names.entries()) {
        expect(await store.open(each, 'x', 0)).toMatchObject({
          deltas: [bytes(`of ${i}`)],
          claim: { nextOffset: i + 10 },
        });
      }
    });

    test('given several who open at once, one of them owns it and the others can write nothing', async () => {
      await store.append((await open()).claim, randomBytes(200_000), 1, progress());
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => open(i % 2 === 0 ? store : other)));
      const claims: Claim[] = [];
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') claims.push(outcome.value.claim);
        else expect(outcome.reason).toMatchObject({ name: 'WindowStoreError', code: 'window-store-taken-over' });
      }
      const writes: WriteResult[] = [];
      for (const claim of claims) writes.push(await store.append(claim, bytes('x'), 2, progress()));
      expect(writes.filter((write) => write !== 'fenced')).toHaveLength(1);
    });
  });

  describe('appending', () => {
    test('given appends one after another, deltas keep their order and bytes and the offset moves', async () => {
      let { claim } = await open();
      const deltas = [Buffer.alloc(0), Buffer.from([0, 255, 10, 13, 0]), bytes('四'), randomBytes(100_000)];
      for (const [i, delta] of deltas.entries()) claim = won(await store.append(claim, delta, (i + 1) * 5, progress()));
      const opened = await open(other);
      expect(opened.claim.nextOffset).toBe(20);
      expect(opened.deltas).toEqual(deltas);
    });

    test('given an offset beyond 32 bits, it is kept exactly', async () => {
      const { claim } = await open(store, 2 ** 40 + 1);
      won(await store.append(claim, bytes('a'), Number.MAX_SAFE_INTEGER, progress()));
      expect((await open()).claim.nextOffset).toBe(Number.MAX_SAFE_INTEGER);
    });

    test('given many small deltas, all are read', async () => {
      let { claim } = await open();
      const deltas = Array.from({ length: 600 }, (_, i) => bytes(String(i)));
      for (const [i, delta] of deltas.entries()) claim = won(await store.append(claim, delta, i + 1, progress()));
      expect((await open()).deltas).toEqual(deltas);
    });

    test('given a stale owner, nothing of it is written', async () => {
      const stale = (await open()).claim;
      const { claim } = await open(other);
      expect(await store.append(stale, bytes('stale'), 5, progress(7))).toBe('fenced');
      expect(await store.snapshot(stale, [bytes('stale')])).toBe('fenced');
      won(await other.append(claim, bytes('good'), 5, progress(8)));
      expect(await store.append(stale, bytes('stale'), 6, progress(9))).toBe('fenced');
      expect(await open()).toMatchObject({ snapshot: [], deltas: [bytes('good')], claim: { nextOffset: 5 } });
      expect((await store.progress(name.topic)).get(3)?.watermark).toBe(8);
    });

    test.each<[string, (claim: Claim) => Claim]>([
      ['a smaller offset', (claim) => ({ ...claim, nextOffset: claim.nextOffset - 1 })],
      ['a greater offset', (claim) => ({ ...claim, nextOffset: claim.nextOffset + 1 })],
      ['another lineage', (claim) => ({ ...claim, lineage: randomUUID() })],
      ['no lineage', (claim) => ({ ...claim, lineage: '' })],
      ['another owner', (claim) => ({ ...claim, owner: randomUUID() })],
      ['another partition', (claim) => ({ ...claim, name: { ...name, partition: 4 } })],
    ])('given a claim with %s, it is fenced', async (_, changed) => {
      const claim = won(await store.append((await open()).claim, bytes('a'), 5, progress()));
      expect(await store.append(changed(claim), bytes('b'), 9, progress())).toBe('fenced');
      expect(await store.snapshot(changed(claim), [bytes('b')])).toBe('fenced');
      expect((await open()).deltas).toEqual([bytes('a')]);
    });

    test('given the same claim twice, the second is fenced: a batch is never appended twice', async () => {
      const { claim } = await open();
      won(await store.append(claim, bytes('a'), 5, progress()));
      expect(await store.append(claim, bytes('a'), 5, progress())).toBe('fenced');
      expect((await open()).deltas).toEqual([bytes('a')]);
    });

    test('given many appends at once with the same claim, exactly one is made', async () => {
      const { claim } = await open();
      const results = await Promise.all(
        Array.from({ length: 16 }, (_, i) =>
          (i % 2 ? store : other).append(claim, bytes(String(i)), i + 1, progress()),
        ),
      );
      const winners = results.flatMap((result, i) => (result === 'fenced' ? [] : [i]));
      expect(winners).toHaveLength(1);
      const winner = winners[0] ?? -1;
      expect(await open()).toMatchObject({ deltas: [bytes(String(winner))], claim: { nextOffset: winner + 1 } });
    });

    test('given an owner that appends while another opens, the new owner sees exactly what the old one was told', async () => {
      let { claim } = await open();
      const written: Buffer[] = [];
      const writing = (async () => {
        for (let n = 1; ; n += 1) {
          const result = await store.append(claim, bytes(String(n)), n, progress());
          if (result === 'fenced') return;
          claim = result.claim;
          written.push(bytes(String(n)));
        }
      })();
      while (written.length < 30) await new Promise((resolve) => setImmediate(resolve));
      const opened = await open(other);
      await writing;
      expect(opened.deltas).toEqual(written);
      expect(opened.claim.nextOffset).toBe(written.length);
    });
  });

  describe('snapshots', () => {
    test('given a snapshot, it takes the place of the one before and of all deltas, and the offset stays', async () => {
      let { claim } = await open();
      claim = won(await store.append(claim, bytes('a'), 5, progress()));
      claim = won(await store.snapshot(claim, [bytes('s1'), Buffer.alloc(0), bytes('s2')]));
      claim = won(await store.append(claim, bytes('b'), 9, progress()));
      expect(await open(other)).toMatchObject({
        snapshot: [bytes('s1'), Buffer.alloc(0), bytes('s2')],
        deltas: [bytes('b')],
        claim: { nextOffset: 9 },
      });
      claim = (await open()).claim;
      won(await store.snapshot(claim, [bytes('s3')]));
      expect(await open()).toMatchObject({ snapshot: [bytes('s3')], deltas: [], claim: { nextOffset: 9 } });
    });

    test('given a snapshot with progress, both are there in one step; given one without, what was written stays', async () => {
      let { claim } = await open(store, 5);
      claim = won(await store.snapshot(claim, [bytes('s')]));
      expect((await other.progress(name.topic)).size).toBe(0);
      claim = won(await store.snapshot(claim, [bytes('t')], { ...progress(7), movedUpTo: { '1': 4 } }));
      claim = won(await store.snapshot(claim, [bytes('u')]));
      expect(await store.snapshot({ ...claim, nextOffset: 6 }, [], progress(8))).toBe('fenced');
      expect(await other.progress(name.topic)).toEqual(new Map([[3, { ...progress(7), movedUpTo: { '1': 4 } }]]));
      expect(await open(other)).toMatchObject({ empty: false, snapshot: [bytes('u')], claim: { nextOffset: 5 } });
    });

    test('given a snapshot of no chunks, the state is empty but the lineage and offset stay', async () => {
      let { claim } = await open();
      claim = won(await store.append(claim, bytes('a'), 5, progress()));
      claim = won(await store.snapshot(claim, [bytes('s')]));
      won(await store.snapshot(claim, []));
      const opened = await open();
      expect(opened).toMatchObject({ empty: false, snapshot: [], deltas: [], claim: { nextOffset: 5 } });
      expect(opened.claim.lineage).toBe(claim.lineage);
    });

    test('given an append during a snapshot, one of the two is made and the state fits the offset', async () => {
      const { claim } = await open();
      const [appended, taken] = await Promise.all([
        other.append(claim, bytes('a'), 5, progress()),
        store.snapshot(claim, [bytes('s')]),
      ]);
      const opened = await open();
      expect(appended).not.toBe('fenced');
      expect(opened.deltas).toEqual([bytes('a')]);
      expect(opened.snapshot).toEqual(taken === 'fenced' ? [] : [bytes('s')]);
    });

    test('given chunks of 10 MB, they come back byte for byte', async () => {
      const { claim } = await open();
      const chunks = [randomBytes(10_000_000), randomBytes(10_000_000), randomBytes(1)];
      won(await store.snapshot(claim, chunks));
      const opened = await open(other);
      expect(opened.snapshot.map((chunk) => chunk.length)).toEqual([10_000_000, 10_000_000, 1]);
      expect(opened.snapshot.every((chunk, i) => chunk.equals(chunks[i] ?? Buffer.alloc(0)))).toBe(true);
    });
  });

  describe('a store that was emptied', () => {
    test('given it was emptied under its owner, writes are fenced and opening begins another lineage', async () => {
      let { claim } = await open();
      claim = won(await store.append(claim, bytes('a'), 5, progress()));
      await under.wipe();
      expect(await store.append(claim, bytes('b'), 9, progress())).toBe('fenced');
      expect(await store.snapshot(claim, [bytes('s')])).toBe('fenced');
      const anew = await open(store, 2);
      expect(anew).toMatchObject({ empty: true, snapshot: [], deltas: [], claim: { nextOffset: 2 } });
      expect(anew.claim.lineage).not.toBe(claim.lineage);
      expect(await store.append({ ...claim, nextOffset: 2 }, bytes('b'), 9, progress())).toBe('fenced');
    });

    test('given a part of the state is gone, it counts as gone as a whole', async () => {
      let { claim } = await open();
      for (const n of [1, 2, 3]) claim = won(await store.append(claim, bytes(String(n)), n, progress(n)));
      await under.loseOneDelta(name);
      const anew = await open(store, 1);
      expect(anew).toMatchObject({ empty: true, deltas: [], claim: { nextOffset: 1 } });
      expect(anew.claim.lineage).not.toBe(claim.lineage);
      expect((await store.progress(name.topic)).size).toBe(0);
      won(await store.append(anew.claim, bytes('x'), 2, progress()));
      expect((await open()).deltas).toEqual([bytes('x')]);
    });
  });

  describe('progress', () => {
    test('given many partitions, that of each with a checkpoint is read, as last written', async () => {
      const written = new Map<number, Progress>();
      for (let partition = 0; partition < 12; partition += 1) {
        let { claim } = await store.open({ ...name, partition }, 'x', 0);
        if (partition % 4 === 3) continue;
        const of = {
          watermark: partition === 0 ? null : 1.7e12 + partition,
          movedUpTo: { '3': 2 ** 40 },
          nextOffset: partition,
          sourceReadAt: partition % 2 === 0 ? 5 : null,
        };
        claim = won(await store.append(claim, bytes('a'), 1, { ...of, sourceReadAt: 4 }));
        won(await store.append(claim, bytes('b'), 2, of));
        written.set(partition, of);
      }
      expect(await other.progress(name.topic)).toEqual(written);
      expect(await other.progress(`${name.topic}.none`)).toEqual(new Map());
    });

    test('given partitions that come, move on and are cleared, it tells at each time what is so', async () => {
      const told = async () => [...(await other.progress(name.topic))].map(([at, { watermark }]) => [at, watermark]);
      const claim = won(await store.append((await open()).claim, bytes('a'), 1, progress(1)));
      expect(await told()).toEqual([[3, 1]]);
      won(await store.append((await store.open({ ...name, partition: 1 }, 'x', 0)).claim, bytes('b'), 1, progress(2)));
      won(await store.append(claim, bytes('c'), 2, progress(4)));
      expect(await told()).toEqual([
        [1, 2],
        [3, 4],
      ]);
      await under.wipe();
      expect(await told()).toEqual([]);
    });

    test('given a topic whose name begins like another, it is not mixed with it', async () => {
      const { claim } = await store.open({ topic: `${name.topic}-2`, partition: 0 }, 'x', 0);
      won(await store.append(claim, bytes('a'), 1, progress()));
      expect((await store.progress(name.topic)).size).toBe(0);
    });
  });

  test('it answers a ping', async () => {
    await store.ping();
    expect(Array.isArray(await store.warnings())).toBe(true);
  });

  test('given any sequence of operations by several owners, it does what a simple model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operations, { minLength: 5, maxLength: 40 }), (sequence) =>
        new ModelRun([store, other], under).run(sequence),
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  test('given a store that is closed, writing rejects as a fault of the store', async () => {
    const closed = under.connect();
    const { claim } = await open(closed);
    await closed.close();
    // A store on a pool that is not its own goes on; one with its own connection must say that it is closed.
    const outcome = await closed.append(claim, bytes('a'), 1, progress()).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(WindowStoreError);
    else won(outcome as WriteResult);
  });
}

type Operation =
  | { readonly do: 'open'; readonly owner: number; readonly beginAt: number }
  | {
      readonly do: 'append';
      readonly owner: number;
      readonly back: number;
      readonly delta: Buffer;
      readonly by: number;
    }
  | { readonly do: 'snapshot'; readonly owner: number; readonly back: number; readonly chunks: readonly Buffer[] }
  | { readonly do: 'wipe' };

const owner = fc.nat({ max: 2 });
/** How many claims ago: mostly the newest one, now and then one that is out of date. */
const back = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) });
const buffer = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const operations: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('open'), owner, beginAt: fc.nat({ max: 3 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('append'), owner, back, delta: buffer, by: fc.nat({ max: 2 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('snapshot'), owner, back, chunks: fc.array(buffer, { maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'wipe' }) },
);

/** What a store holds of one partition. */
interface Held {
  readonly claim: Claim;
  readonly snapshot: readonly Buffer[];
  readonly deltas: readonly Buffer[];
}

class ModelRun {
  private readonly name = { topic: `model.${randomUUID()}`, partition: 0 };
  private held: Held | null = null;
  private readonly claims: Claim[][] = [[], [], []];

  constructor(
    private readonly stores: readonly WindowStore[],
    private readonly under: WindowStoreUnderTest,
  ) {}

  async run(sequence: readonly Operation[]): Promise<void> {
    for (const operation of sequence) await this.step(operation);
    await this.step({ do: 'open', owner: 0, beginAt: 7 });
  }

  private async step(operation: Operation): Promise<void> {
    if (operation.do === 'wipe') {
      await this.under.wipe();
      this.held = null;
      return;
    }
    const claims = this.claims[operation.owner] ?? [];
    const store = this.stores[operation.owner % this.stores.length];
    if (store === undefined) throw new Error('There is no store.');
    if (operation.do === 'open') {
      const { beginAt } = operation;
      const opened = await store.open(this.name, 'x', beginAt);
      const before: Held | null = this.held;
      expect(opened.empty).toBe(before === null);
      expect(opened.claim.nextOffset).toBe(before?.claim.nextOffset ?? beginAt);
      expect(opened.snapshot).toEqual(before?.snapshot ?? []);
      expect(opened.deltas).toEqual(before?.deltas ?? []);
      if (before !== null) expect(opened.claim.lineage).toBe(before.claim.lineage);
      this.held = { snapshot: opened.snapshot, deltas: opened.deltas, claim: opened.claim };
      claims.push(opened.claim);
      return;
    }
    const claim = claims.at(-1 - operation.back);
    if (claim === undefined) return;
    const equal = this.held !== null && JSON.stringify(claim) === JSON.stringify(this.held.claim);
    const next = claim.nextOffset + (operation.do === 'append' ? operation.by : 0);
    const result =
      operation.do === 'append'
        ? await store.append(claim, operation.delta, next, progress())
        : await store.snapshot(claim, operation.chunks);
    expect(result).toEqual(equal ? { claim: { ...claim, nextOffset: next } } : 'fenced');
    if (result === 'fenced' || this.held === null) return;
    claims.push(result.claim);
    this.held =
      operation.do === 'append'
        ? { ...this.held, claim: result.claim, deltas: [...this.held.deltas, operation.delta] }
        : { claim: result.claim, snapshot: operation.chunks, deltas: [] };
  }
}
