import { silentLogger } from './log-events';
import { PartitionReader, healthOf, type PartitionSource } from './partition-reader';
import { StopPartition, type Batch, type BatchConsumer, type Bounds } from './record-log';

interface Given {
  readonly bounds?: Bounds;
  readonly committed?: number | null;
  readonly assigned?: () => number | null;
  readonly handle?: () => void | Promise<void>;
  readonly tend?: () => void;
  readonly waits?: (arrivedAt: number) => boolean;
}

function given({ bounds = { low: 0, high: 100 }, committed = null, assigned, handle, tend, waits }: Given = {}) {
  const told: string[] = [];
  const consumer: BatchConsumer = {
    group: 'g',
    topics: ['t'],
    assigned: () => {
      told.push('assigned');
      return Promise.resolve().then(() => assigned?.() ?? null);
    },
    revoked: () => Promise.resolve(void told.push('revoked')),
    handle: async ({ records }) => {
      told.push(`batch ${records[0]?.offset ?? '?'}`);
      await handle?.();
      told.push('handled');
    },
    ...(waits === undefined
      ? {}
      : {
          waits: (_topic: string, _partition: number, arrivedAt: number) =>
            Promise.resolve().then(() => waits(arrivedAt)),
        }),
    ...(tend === undefined
      ? {}
      : {
          tending: {
            everyMs: 5,
            tend: async () => {
              told.push('tend');
              await turn();
              tend();
              told.push('tended');
            },
          },
        }),
  };
  const source: PartitionSource = {
    standing: () => Promise.resolve({ bounds, committed }),
    ready: ({ next }) => void told.push(`ready ${next}`),
    halt: () => void told.push('halt'),
  };
  const reader = new PartitionReader('t', 3, consumer, source, silentLogger, { initialMs: 1, maxMs: 2 });
  return { reader, told };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const batch = (offset: number): Batch => ({
  topic: 't',
  partition: 3,
  high: 100,
  records: [{ offset, key: null, value: null, headers: {}, timestamp: 0 }],
});

describe('PartitionReader', () => {
  it.each<[string, Given, number]>([
    ['the offset of the caller', { assigned: () => 7, committed: 5 }, 7],
    ['the committed offset where the caller has none', { committed: 5 }, 5],
    ['the oldest record where there is neither', { bounds: { low: 2, high: 9 } }, 2],
    ['the end of the log', { assigned: () => 100 }, 100],
  ])('goes on from %s', async (_what, world, next) => {
    const { reader, told } = given(world);
    await reader.open();
    expect(told).toEqual(['assigned', `ready ${next}`]);
    expect(reader.next).toBe(next);
  });

  it.each([
    [
      'below what is held',
      { assigned: () => 1, bounds: { low: 2, high: 9 } },
      /2 to 9, but the consumer .* 1: 1 offsets/,
    ],
    [
      'above the end',
      { assigned: () => 10, bounds: { low: 2, high: 9 } },
      /2 to 9, but the consumer .* 10: the log ends/,
    ],
    ['committed, but gone', { committed: 0, bounds: { low: 2, high: 9 } }, /the group has committed offset 0/],
  ])('stops where the offset is %s', async (_what, world, message) => {
    const { reader, told } = given(world);
    await reader.open();
    expect(told).toEqual(['assigned', 'halt', 'revoked']);
    expect(reader.stopped).toEqual({
      topic: 't',
      partition: 3,
      code: 'offset-gap',
      message: expect.stringMatching(message) as string,
    });
    expect(await reader.deliver(batch(2), 3)).toBe(false);
  });

  it('hands over one batch after another, and revokes only when none is in hand', async () => {
    let finish: () => void = () => undefined;
    const { reader, told } = given({ handle: () => new Promise<void>((resolve) => (finish = resolve)) });
    await reader.open();
    const first = reader.deliver(batch(0), 1);
    const second = reader.deliver(batch(1), 2);
    while (!told.includes('batch 0')) await new Promise((resolve) => setImmediate(resolve));
    const closing = reader.close();
    finish();
    expect(await first).toBe(true);
    await closing;
    expect(await second).toBe(false);
    expect(told).toEqual(['assigned', 'ready 0', 'batch 0', 'handled', 'revoked']);
    expect(reader.next).toBe(1);
  });

  it('assigns anew after a batch that could not be handled, until it can', async () => {
    let faults = 2;
    const { reader, told } = given({
      handle: () => {
        if (faults-- > 0) throw new Error('away');
      },
    });
    await reader.open();
    while (!(await reader.deliver(batch(0), 1))) {
      while (!reader.reading) await new Promise((resolve) => setImmediate(resolve));
    }
    const failed = ['batch 0', 'halt', 'revoked', 'assigned', 'ready 0'];
    expect(told).toEqual(['assigned', 'ready 0', ...failed, ...failed, 'batch 0', 'handled']);
  });

  it('is failing after five batches in a row that could not be handled, until one can', async () => {
    let faults = 6;
    const { reader } = given({
      handle: () => {
        if (faults-- > 0) throw new Error(`too large, ${faults} to come`);
      },
    });
    await reader.open();
    const seen: (string | null)[] = [reader.failing];
    while (!(await reader.deliver(batch(0), 1))) {
      seen.push(reader.failing);
      while (!reader.reading) await turn();
      // An assignment that succeeds is no reason to call it well.
      expect(reader.failing).toBe(seen.at(-1));
    }
    expect(seen).toEqual([
      ...[null, null, null, null, null],
      'Partition 3 of "t" has failed 5 times in a row at offset 0 and is tried again: too large, 1 to come',
      'Partition 3 of "t" has failed 6 times in a row at offset 0 and is tried again: too large, 0 to come',
    ]);
    expect(healthOf([reader])).toEqual({ ok: true, stopped: [] });
  });

  it('is failing after five assignments in a row that failed, until one succeeds', async () => {
    let allowed = 4;
    let mended = false;
    const { reader } = given({
      assigned: () => {
        if (mended) return null;
        allowed -= 1;
        throw new Error('no checkpoint');
      },
    });
    const opening = reader.open();
    while (allowed > 0) await turn();
    expect(reader.failing).toBeNull();
    while (reader.failing === null) await turn();
    expect(healthOf([reader])).toMatchObject({ ok: false, reason: expect.stringContaining('no checkpoint') as string });
    mended = true;
    while (!reader.reading) await turn();
    await opening;
    expect(healthOf([reader])).toEqual({ ok: true, stopped: [] });
  });

  it('ends for good with StopPartition, and is not revoked twice', async () => {
    const { reader, told } = given({
      handle: () => {
        throw new StopPartition('topic-made-anew', 'made anew');
      },
    });
    await reader.open();
    expect(await reader.deliver(batch(0), 1)).toBe(false);
    await reader.open();
    await reader.close();
    expect(told).toEqual(['assigned', 'ready 0', 'batch 0', 'halt', 'revoked']);
    expect(reader.stopped?.code).toBe('topic-made-anew');
  });

  it('is not assigned any more once it is closed', async () => {
    const { reader, told } = given({
      assigned: () => {
        throw new Error('away');
      },
    });
    await reader.open();
    await reader.close();
    await reader.open();
    expect(told).toEqual(['assigned', 'halt', 'revoked']);
  });

  it('is tended after it was assigned and then again and again, never with a batch in hand, until it is closed', async () => {
    let finish: () => void = () => undefined;
    let tended = 0;
    const { reader, told } = given({
      handle: () => new Promise<void>((resolve) => (finish = resolve)),
      tend: () => void tended++,
    });
    await reader.open();
    const delivering = reader.deliver(batch(0), 1);
    while (!told.includes('batch 0')) await turn();
    expect(told).toEqual(['assigned', 'ready 0', 'tend', 'tended', 'batch 0']);
    const since = performance.now();
    while (performance.now() - since < 20) await turn();
    expect(told.at(-1)).toBe('batch 0');
    finish();
    await delivering;
    while (tended < 3) await turn();
    await reader.close();
    const after = told.length;
    while (performance.now() - since < 60) await turn();
    expect(told.slice(after)).toEqual([]);
    expect(told.at(-1)).toBe('revoked');
  });

  it('rests before a batch for as long as the consumer wants it to, is tended meanwhile, and is then fetched from where it stands', async () => {
    const asked: number[] = [];
    let tended = 0;
    const { reader, told } = given({
      waits: (arrivedAt) => asked.push(arrivedAt) < 3,
      tend: () => void tended++,
    });
    await reader.open();
    expect(await reader.deliver(batch(0), 1)).toBe(false);
    expect([reader.reading, reader.inHand]).toEqual([false, true]);
    expect(await reader.deliver(batch(0), 1)).toBe(false);
    const before = tended;
    while (!reader.reading) await turn();
    expect(tended).toBeGreaterThan(before);
    expect(asked).toEqual([0, 0, 0]);
    expect(told.filter((what) => !what.startsWith('tend'))).toEqual(['assigned', 'ready 0', 'halt', 'ready 0']);
    expect(await reader.deliver(batch(0), 1)).toBe(true);
    await reader.close();
  });

  it('given back while it rests, is never fetched again', async () => {
    const { reader, told } = given({ waits: () => true });
    await reader.open();
    await reader.deliver(batch(0), 1);
    await reader.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toEqual(['assigned', 'ready 0', 'halt', 'revoked']);
  });

  it('is assigned anew where the consumer cannot tell whether to wait, at first or later', async () => {
    let answers = [true, null, null];
    const { reader, told } = given({
      waits: () => {
        const [answer, ...later] = answers;
        answers = later;
        if (answer === null) throw new Error('the store is away');
        return answer ?? false;
      },
    });
    await reader.open();
    expect(await reader.deliver(batch(0), 1)).toBe(false);
    while (answers.length > 1) await turn();
    while (!reader.reading) await turn();
    expect(await reader.deliver(batch(0), 1)).toBe(false);
    while (!reader.reading) await turn();
    expect(await reader.deliver(batch(0), 1)).toBe(true);
    const anew = ['halt', 'revoked', 'assigned', 'ready 0'];
    expect(told).toEqual(['assigned', 'ready 0', 'halt', ...anew, ...anew, 'batch 0', 'handled']);
  });

  it('is assigned anew where tending fails, and failing where it does so five times in a row', async () => {
    let faults = 6;
    const { reader, told } = given({
      tend: () => {
        if (faults-- > 0) throw new Error('the store is away');
      },
    });
    await reader.open();
    while (reader.failing === null) await turn();
    expect(reader.failing).toContain('has failed 5 times in a row at offset 0 and is tried again: the store is away');
    while (reader.failing !== null) await turn();
    expect(told.slice(0, 6)).toEqual(['assigned', 'ready 0', 'tend', 'halt', 'revoked', 'assigned']);
    await reader.close();
  });
});
