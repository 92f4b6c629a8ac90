import { headers, transactionExample, type FactMessage } from '@weir/contracts';
import type {
  ArchivedFact,
  ArchivedSpan,
  ArchivedStretch,
  ArchiveOutcome,
  FactsArchive,
  Judge,
} from '@weir/platform/facts-archive';
import type { Batch, LogRecord, NewRecord, RecordLog } from '@weir/platform/record-log';
import { StopPartition } from '@weir/platform/record-log';
import type { Claim, OpenedPartition, WindowStore, WriteResult } from '@weir/platform/window-store';
import { Registry } from 'prom-client';
import { IntakeMetrics } from '../intake.metrics';
import { ArchiveConsumer } from './archive-consumer';

const hour = 3_600_000;
const noon = Date.UTC(2026, 10, 22, 12);

/** The ports as this test needs them, in memory; the adapters have contract suites of their own. */
class Ports {
  readonly facts = new Map<string, ArchivedFact>();
  readonly letters: NewRecord[] = [];
  identity = 'cluster/topic-1';
  failStore = false;
  readonly spans: ArchivedSpan[] = [];
  /** What the archive says it holds of partition 0. */
  stretches: readonly ArchivedStretch[] = [];
  private readonly checkpoints = new Map<string, { opened: OpenedPartition; owner: number }>();

  readonly archive = {
    store: (given: readonly ArchivedFact[], span: ArchivedSpan, judge: Judge): Promise<readonly ArchiveOutcome[]> => {
      if (this.failStore) return Promise.reject(new Error('database is away'));
      const known = new Map(this.facts);
      const before = given.map(({ source, id, homeKey, offset: at }) => {
        const first = known.get(`${source}/${id}`) ?? given.find((one) => one.source === source && one.id === id);
        return first?.homeKey === homeKey && first.offset < at ? first.occurredAt : null;
      });
      const { late, watermark } = judge(before);
      this.spans.push({ ...span, watermark });
      const facts = given.map((fact, index) => ({ ...fact, late: late[index] ?? fact.late }));
      return Promise.resolve(
        facts.map((fact) => {
          const first = this.facts.get(`${fact.source}/${fact.id}`);
          if (first === undefined) this.facts.set(`${fact.source}/${fact.id}`, fact);
          return first === undefined ? 'archived' : first.hash === fact.hash ? 'duplicate' : 'conflict';
        }),
      );
    },
    reach: () => Promise.resolve({ forgottenBefore: null, stretches: new Map([[0, this.stretches]]) }),
    byName: (names: readonly { source: string; id: string }[]) =>
      Promise.resolve(names.flatMap(({ source, id }) => this.facts.get(`${source}/${id}`) ?? [])),
  } as unknown as FactsArchive;

  readonly log = {
    describe: () => Promise.resolve({ name: 'facts', partitions: 2, identity: this.identity }),
    send: (topic: string, records: readonly NewRecord[]) => {
      expect(topic).toBe('letters');
      this.letters.push(...records);
      return Promise.resolve(records.map((_, offset) => ({ partition: 0, offset })));
    },
  } as unknown as RecordLog;

  readonly store = {
    open: ({ topic, partition }: Claim['name'], topicIdentity: string, beginAt: number): Promise<OpenedPartition> => {
      const key = `${topic}/${partition}`;
      const known = this.checkpoints.get(key);
      const owner = (known?.owner ?? 0) + 1;
      const base = known?.opened ?? { topicIdentity, snapshot: [], deltas: [], claim: { nextOffset: beginAt } };
      const claim = {
        name: { topic, partition },
        lineage: 'l',
        owner: String(owner),
        nextOffset: base.claim.nextOffset,
      };
      const opened = { ...base, claim, empty: known === undefined };
      this.checkpoints.set(key, { opened, owner });
      return Promise.resolve(opened);
    },
    append: (claim: Claim, delta: Buffer, nextOffset: number): Promise<WriteResult> =>
      Promise.resolve(this.write(claim, (opened) => ({ ...opened, deltas: [...opened.deltas, delta] }), nextOffset)),
    snapshot: (claim: Claim, snapshot: readonly Buffer[]): Promise<WriteResult> =>
      Promise.resolve(this.write(claim, (opened) => ({ ...opened, snapshot, deltas: [] }), claim.nextOffset)),
  } as unknown as WindowStore;

  stored(key: string): OpenedPartition | undefined {
    return this.checkpoints.get(key)?.opened;
  }

  private write(claim: Claim, change: (opened: OpenedPartition) => OpenedPartition, nextOffset: number): WriteResult {
    const key = `${claim.name.topic}/${claim.name.partition}`;
    const known = this.checkpoints.get(key);
    if (known?.opened.claim.owner !== claim.owner || known.opened.claim.nextOffset !== claim.nextOffset)
      return 'fenced';
    const next = { ...claim, nextOffset };
    this.checkpoints.set(key, { ...known, opened: { ...change(known.opened), claim: next } });
    return { claim: next };
  }
}

let ports: Ports;
beforeEach(() => {
  ports = new Ports();
});

const consumer = (): ArchiveConsumer =>
  new ArchiveConsumer(
    {
      log: ports.log,
      archive: ports.archive,
      store: ports.store,
      clock: () => noon,
      metrics: IntakeMetrics.of(new Registry()),
    },
    {
      partitions: 2,
      maxFutureMs: 24 * hour,
      group: 'weir-archive',
      factsTopic: 'facts',
      deadLettersTopic: 'letters',
      keepMs: 86_400_000,
      lateness: () => hour,
      namesKnownSince: (settled) => settled - 24 * hour,
    },
  );

let offset = 0;
const record = (fact: Partial<FactMessage>, more: Partial<LogRecord> = {}): LogRecord => ({
  offset: offset++,
  key: null,
  value: Buffer.from(JSON.stringify({ ...transactionExample, ...fact })),
  headers: {},
  timestamp: noon,
  ...more,
});
const at = (minutes: number): string => new Date(noon + minutes * 60_000).toISOString();
const batch = (...records: LogRecord[]): Batch => ({ topic: 'facts', partition: 0, records, high: offset });
const started = async (): Promise<ArchiveConsumer> => {
  const one = consumer();
  await one.assigned('facts', 0, { low: 0, high: offset });
  return one;
};
const lateIds = () => [...ports.facts.values()].filter(({ late }) => late).map(({ id }) => id);
beforeEach(() => {
  offset = 0;
});

describe('archiving', () => {
  it('given facts and what is none, archives the facts where they were read and leaves the rest to detection', async () => {
    const one = await started();
    await one.handle(batch(record({ id: 'A' }), record({ id: '' }), record({ id: 'B', source: 'cards' })));
    expect([...ports.facts.values()]).toMatchObject([
      { id: 'A', source: 'default', homeKey: transactionExample.accountId, topic: 'facts', partition: 0, offset: 0 },
      { id: 'B', source: 'cards', offset: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    ]);
    expect(ports.letters).toEqual([]);
  });

  it('given a fact older than the watermark less the lateness, marks it late; at the border it is not', async () => {
    const one = await started();
    await one.handle(batch(record({ id: 'A', occurredAt: at(0) }), record({ id: 'B', occurredAt: at(-60) })));
    await one.handle(batch(record({ id: 'C', occurredAt: at(-61) }), record({ id: 'D', occurredAt: at(-30) })));
    expect(lateIds()).toEqual(['C']);
  });

  it('given a restart, still knows the watermark, however many checkpoints lie behind it', async () => {
    const one = await started();
    await one.handle(batch(record({ id: 'A', occurredAt: at(0) })));
    for (let i = 0; i < 501; i++) await one.handle(batch(record({ id: `B${i}`, occurredAt: at(-30) })));
    expect(ports.stored('facts.archive/0')).toMatchObject({ snapshot: { length: 1 }, deltas: { length: 2 } });
    const two = consumer();
    expect(await two.assigned('facts', 0, { low: 0, high: offset })).toBe(502);
    await two.handle(batch(record({ id: 'C', occurredAt: at(-61) })));
    expect(lateIds()).toEqual(['C']);
  });

  it('given moved facts, believes the verdict of where they came from and does not move its watermark', async () => {
    const one = await started();
    const moved = (late: string) => ({ headers: { [headers.late]: late, [headers.origin]: 'facts/1/7' } });
    await one.handle(
      batch(
        record({ id: 'A', occurredAt: at(-300) }),
        record({ id: 'B', occurredAt: at(0) }, moved('0')),
        record({ id: 'C', occurredAt: at(-310) }, moved('1')),
        record({ id: 'D', occurredAt: at(-320) }),
      ),
    );
    expect(lateIds()).toEqual(['C']);
  });

  it('given a name that is known with other content, is no further for that: detection refuses it', async () => {
    const home = { accountId: 'B' };
    const one = await started();
    await one.handle(
      batch(
        record({ ...home, id: 'A', occurredAt: at(-180) }),
        record({ ...home, id: 'A', occurredAt: at(0) }),
        record({ ...home, id: 'C', occurredAt: at(-181) }),
      ),
    );
    await one.handle(
      batch(record({ ...home, id: 'A', occurredAt: at(0) }), record({ ...home, id: 'D', occurredAt: at(-182) })),
    );
    expect(lateIds()).toEqual([]);
    expect(ports.spans.map(({ watermark }) => watermark)).toEqual([noon - 3 * hour, noon - 3 * hour]);
  });

  it('given such a name in a partition where the fact does not live, is further: detection moves it home unlooked at', async () => {
    const elsewhere = { accountId: 'D' };
    const one = await started();
    await one.handle(
      batch(
        record({ ...elsewhere, id: 'A', occurredAt: at(-180) }),
        record({ ...elsewhere, id: 'A', occurredAt: at(0) }),
      ),
    );
    expect(ports.spans.at(-1)?.watermark).toBe(noon);
  });

  it('given a name whose fact detection has forgotten, is further: detection accepts it', async () => {
    const home = { accountId: 'B' };
    const one = await started();
    await one.handle(
      batch(record({ ...home, id: 'A', occurredAt: at(-3_000) }), record({ ...home, id: 'B', occurredAt: at(-1_000) })),
    );
    await one.handle(batch(record({ ...home, id: 'A', occurredAt: at(0) })));
    expect(ports.spans.at(-1)?.watermark).toBe(noon);
  });

  it('given one name for facts of two accounts, dead-letters the second; within one account detection does', async () => {
    const one = await started();
    await one.handle(
      batch(record({ id: 'A' }), record({ id: 'A', accountId: 'OTHER' }), record({ id: 'A', amount: '1' })),
    );
    expect(ports.letters).toMatchObject([
      { headers: { [headers.reason]: 'conflicting-id', [headers.origin]: 'facts/0/1' } },
    ]);
    expect(ports.facts.get('default/A')?.offset).toBe(0);
  });

  it('given a conflict with a fact so old that detection may have forgotten it, dead-letters it', async () => {
    const one = await started();
    await one.handle(batch(record({ id: 'A', occurredAt: at(-26 * 60) }), record({ id: 'B', occurredAt: at(0) })));
    await one.handle(batch(record({ id: 'A', occurredAt: at(-26 * 60), amount: '1' })));
    expect(ports.letters).toHaveLength(1);
  });

  it('given the moved copy of a conflicting fact, says nothing twice', async () => {
    const one = await started();
    const moved = { headers: { [headers.late]: '0', [headers.origin]: 'facts/1/7' } };
    await one.handle(batch(record({ id: 'A' }), record({ id: 'A', accountId: 'OTHER' }, moved)));
    expect(ports.letters).toEqual([]);
  });
});

describe('going on', () => {
  it('given a database that is away, throws, and what comes again is archived once', async () => {
    const one = await started();
    const again = batch(record({ id: 'A' }), record({ id: 'B' }));
    ports.failStore = true;
    await expect(one.handle(again)).rejects.toThrow('database is away');
    await one.revoked('facts', 0);
    ports.failStore = false;
    expect(await one.assigned('facts', 0, { low: 0, high: offset })).toBe(0);
    await one.handle(again);
    await one.revoked('facts', 0);
    expect(await one.assigned('facts', 0, { low: 0, high: offset })).toBe(2);
    expect(ports.facts.size).toBe(2);
  });

  it('says with each batch, also one without a fact, what it completes', async () => {
    const one = await started();
    await one.handle(batch(record({ id: 'A', occurredAt: at(0) }), record({ id: 'B' }, { timestamp: noon + 1 })));
    await one.handle(batch(record({ id: '' }, { timestamp: noon + 2 })));
    const about = { topic: 'facts', identity: 'cluster/topic-1', partition: 0, at: noon };
    expect(ports.spans).toEqual([
      { ...about, from: 0, to: 2, arrivedAt: noon, watermark: expect.any(Number) as unknown },
      { ...about, from: 2, to: 3, arrivedAt: noon + 2, watermark: ports.spans[0]?.watermark },
    ]);
  });

  it('given a window store that was emptied, goes on where the archive ends, and knows how far upstream had come', async () => {
    ports.stretches = [
      { from: 0, to: 3, since: null, watermark: 1, at: 0 },
      { from: 5, to: 7, since: 4, watermark: noon, at: 0 },
    ];
    const one = consumer();
    expect(await one.assigned('facts', 0, { low: 6, high: 9 })).toBe(7);
    offset = 7;
    await one.handle(batch(record({ id: 'A', occurredAt: at(-61) }), record({ id: 'B', occurredAt: at(-59) })));
    expect(lateIds()).toEqual(['A']);
    expect(ports.spans).toMatchObject([{ from: 7, to: 9 }]);
  });

  it('given a log that has gone on beyond the archive meanwhile, begins there', async () => {
    ports.stretches = [{ from: 0, to: 3, since: null, watermark: noon, at: 0 }];
    expect(await consumer().assigned('facts', 0, { low: 6, high: 9 })).toBe(6);
  });

  it('given another member that took the partition over, throws', async () => {
    const one = await started();
    await started();
    await expect(one.handle(batch(record({ id: 'A' })))).rejects.toThrow('Another member archives facts.archive/0');
  });

  it.each([
    [{ low: 2, high: 9 }, 'offset-gap'],
    [{ low: 0, high: 0 }, 'offset-gap'],
  ])('given a log that holds %j, stops instead of jumping', async (bounds, code) => {
    await (await started()).handle(batch(record({ id: 'A' })));
    const stopped: unknown = await consumer()
      .assigned('facts', 0, bounds)
      .catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(StopPartition);
    expect(stopped).toMatchObject({ code, message: expect.stringContaining('clear the checkpoint') as unknown });
  });

  it('given a topic that was made anew, stops', async () => {
    await started();
    ports.identity = 'cluster/topic-2';
    await expect(started()).rejects.toMatchObject({ code: 'topic-made-anew' });
  });
});
