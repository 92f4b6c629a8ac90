/* Long for one reason: the whole contract of the record log, run as one suite against every adapter. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  RecordTooLarge,
  StopPartition,
  TopicMissing,
  partitionOf,
  type Batch,
  type LogRecord,
  type NewRecord,
  type RecordLog,
  type TopicSpec,
} from '@weir/platform/record-log';
import type { ChildMember } from './child-member';
import { Recorder, type RecorderOptions } from './recorder';
import { until } from './until';

/** What the contract needs of an adapter's spec. */
export interface RecordLogSubject {
  /** A new client of the one service under test, as another process would have it. */
  open(): RecordLog;
  /** A consumer in a process of its own, which can be killed and paused. */
  startChild(group: string, topic: string): Promise<ChildMember>;
}

/**
 * What every `RecordLog` promises. Not a test file by itself (jest does not collect it): each adapter's int spec calls it.
 * @param subject called once, before the first test
 */
export function itIsARecordLog(subject: () => RecordLogSubject): void {
  jest.setTimeout(90_000);
  const opened: RecordLog[] = [];
  const children: ChildMember[] = [];

  function open(): RecordLog {
    const log = subject().open();
    opened.push(log);
    return log;
  }

  async function startChild(group: string, topic: string): Promise<ChildMember> {
    const child = await subject().startChild(group, topic);
    children.push(child);
    return child;
  }

  async function withTopic(spec: Partial<TopicSpec> = {}): Promise<{ log: RecordLog; topic: string; group: string }> {
    const log = open();
    const topic = `contract.${randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 3, logAppendTime: true, ...spec }]);
    return { log, topic, group: `group.${randomUUID()}` };
  }

  async function consume(log: RecordLog, options: RecorderOptions) {
    const recorder = new Recorder(options);
    const running = await log.consume(recorder);
    return { recorder, running };
  }

  const text = (value: string, key = value): NewRecord => ({ key: Buffer.from(key), value: Buffer.from(value) });
  const into = (partition: number, value: string): NewRecord => ({ ...text(value), partition });
  const numbered = (count: number, partition: number, from = 0): NewRecord[] =>
    Array.from({ length: count }, (_, index) => into(partition, String(from + index)));

  async function readWhole(log: RecordLog, topic: string): Promise<Map<number, LogRecord[]>> {
    const found = new Map<number, LogRecord[]>();
    for await (const batch of log.readAll(topic)) {
      found.set(batch.partition, [...(found.get(batch.partition) ?? []), ...batch.records]);
    }
    return found;
  }

  const valuesOf = (records: readonly LogRecord[] = []): (string | undefined)[] =>
    records.map(({ value }) => value?.toString());

  afterEach(async () => {
    children.splice(0).forEach((child) => child.kill());
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });

  describe('topics', () => {
    it('makes what is missing, leaves what is there, and knows each by a lasting identity', async () => {
      const { log, topic } = await withTopic({ partitions: 5 });
      const before = await log.describe(topic);
      await log.ensureTopics([{ name: topic, partitions: 9 }]);

      const after = await open().describe(topic);

      expect(before).toEqual({ name: topic, partitions: 5, identity: expect.stringMatching(/.+\/.{8}/) as string });
      expect(after).toEqual(before);
    });

    it('gives two topics two identities', async () => {
      const { log, topic } = await withTopic();
      const other = await withTopic();
      expect((await log.describe(topic)).identity).not.toBe((await log.describe(other.topic)).identity);
    });

    it('says that a topic is missing', async () => {
      const log = open();
      await expect(log.describe('contract.nowhere')).rejects.toThrow(TopicMissing);
      await expect(log.bounds('contract.nowhere')).rejects.toThrow(TopicMissing);
      await expect(log.send('contract.nowhere', [text('x')])).rejects.toThrow(TopicMissing);
    });

    it('tells many who ask at once of many topics what each holds, as of their question', async () => {
      const { log } = await withTopic();
      const topics = Array.from({ length: 8 }, () => `contract.${randomUUID()}`);
      await log.ensureTopics(topics.map((name, index) => ({ name, partitions: 1 + (index % 3) })));
      const ask = async (name: string, index: number): Promise<void> => {
        for (let sent = 0; sent < 10; sent++) {
          await log.send(name, [into(0, String(sent))]);
          const [bounds, again, { partitions }] = await Promise.all([
            log.bounds(name),
            log.bounds(name),
            log.describe(name),
          ]);
          expect([bounds.length, again.length, partitions]).toEqual(Array(3).fill(1 + (index % 3)));
          expect([bounds[0], again[0]]).toEqual(Array(2).fill({ low: 0, high: sent + 1 }));
        }
      };
      await Promise.all(topics.map(ask));
    });

    it('answers a ping', async () => {
      await expect(open().ping()).resolves.toBeUndefined();
    });
  });

  describe('sending', () => {
    it('gives consecutive positions per partition in the order of the records', async () => {
      const { log, topic } = await withTopic();
      const sent = Array.from({ length: 300 }, (_, index) => text(`v${index}`, `k${index % 17}`));

      const positions = [...(await log.send(topic, sent.slice(0, 200))), ...(await log.send(topic, sent.slice(200)))];

      const whole = await readWhole(log, topic);
      const next = [0, 0, 0];
      for (const [index, { partition, offset }] of positions.entries()) {
        expect(offset).toBe(next[partition]);
        next[partition] = offset + 1;
        expect(whole.get(partition)?.[offset]?.value).toEqual(sent[index]?.value);
      }
      expect(await log.bounds(topic)).toEqual(next.map((high) => ({ low: 0, high })));
    });

    it('places keys by murmur2, as Kafka does', async () => {
      const { log, topic } = await withTopic({ partitions: 12 });
      const keys = ['', '6222', '账户-6222', 'C1', 'a-little-bit-long-string', ...Array.from({ length: 50 }, String)];
      const positions = await log.send(
        topic,
        keys.map((key) => text('v', key)),
      );
      expect(positions.map(({ partition }) => partition)).toEqual(keys.map((key) => partitionOf(Buffer.from(key), 12)));
    });

    it('keeps bytes, headers and nulls as they are', async () => {
      const { log, topic } = await withTopic();
      const bytes = randomBytes(5_000);
      const headers = { reason: 'zu spät', empty: '', 'x-zh': '汇款' };
      const started = Date.now();
      const [atBytes, atNulls] = await log.send(topic, [
        { key: Buffer.from([0, 255, 10]), value: bytes, headers, partition: 1 },
        { key: null, value: null, partition: 2 },
      ]);

      const whole = await readWhole(log, topic);

      expect([atBytes, atNulls]).toEqual([
        { partition: 1, offset: 0 },
        { partition: 2, offset: 0 },
      ]);
      expect(whole.get(1)).toMatchObject([
        { offset: 0, key: Buffer.from([0, 255, 10]), value: bytes, headers, timestamp: expect.any(Number) as number },
      ]);
      expect(whole.get(2)?.[0]).toMatchObject({ key: null, value: null, headers: {} });
      const arrived = whole.get(1)?.[0]?.timestamp ?? 0;
      expect(Math.abs(arrived - started)).toBeLessThan(60_000);
    });

    it('refuses a record without key and partition, and a partition that is not there', async () => {
      const { log, topic } = await withTopic();
      await expect(log.send(topic, [{ key: null, value: Buffer.from('x') }])).rejects.toThrow(/needs a partition/);
      await expect(log.send(topic, [into(7, 'x')])).rejects.toThrow(/no partition 7/);
      expect(await log.send(topic, [])).toEqual([]);
    });

    it('refuses a record above the limit of its topic and goes on with the next', async () => {
      const { log, topic } = await withTopic({ maxRecordBytes: 20_000 });
      await expect(log.send(topic, [{ ...into(0, 'x'), value: randomBytes(30_000) }])).rejects.toThrow(RecordTooLarge);
      expect(await log.send(topic, [{ ...into(0, 'x'), value: randomBytes(15_000) }])).toEqual([
        { partition: 0, offset: 0 },
      ]);
    });

    it('takes records of several megabytes where the topic allows them', async () => {
      const { log, topic } = await withTopic({ maxRecordBytes: 5_000_000 });
      const value = randomBytes(3_000_000);
      await log.send(topic, [{ ...into(0, 'x'), value }]);
      expect((await readWhole(log, topic)).get(0)?.[0]?.value?.equals(value)).toBe(true);
    });

    it('loses none of 10,000 records sent at once, doubles none, and keeps the order of each sender', async () => {
      const { log, topic, group } = await withTopic();
      const senders = Array.from({ length: 20 }, (_, sender) => sender);
      const sending = Promise.all(
        senders.map(async (sender) => {
          for (let round = 0; round < 5; round += 1) {
            const records = Array.from({ length: 100 }, (_, n) => text(`${sender}:${round * 100 + n}`, String(sender)));
            await log.send(topic, records);
          }
        }),
      );
      const seen = new Map<string, number[]>();
      const { recorder } = await consume(open(), {
        group,
        topic,
        handle: ({ records }: Batch) => {
          for (const { value } of records) {
            const [sender = '', n = ''] = (value?.toString() ?? '').split(':');
            seen.set(sender, [...(seen.get(sender) ?? []), Number(n)]);
          }
        },
      });
      await sending;
      await until('10,000 records are handled', () => recorder.handled >= 10_000, 60_000);

      expect(recorder.handled).toBe(10_000);
      for (const sender of senders) {
        expect(seen.get(String(sender))).toEqual(Array.from({ length: 500 }, (_, n) => n));
      }
      expect(recorder.breaches).toEqual([]);
    });
  });

  describe('reading a whole topic', () => {
    it('ends at the high of the call, whatever comes in meanwhile', async () => {
      const { log, topic } = await withTopic({ partitions: 2 });
      await log.send(topic, [...numbered(50, 0), ...numbered(50, 1)]);
      const seen: number[] = [];
      for await (const batch of log.readAll(topic)) {
        if (seen.length === 0) await log.send(topic, [...numbered(10, 0, 900), ...numbered(10, 1, 900)]);
        seen.push(...batch.records.map(({ value }) => Number(value)));
      }
      expect(seen).toHaveLength(100);
      expect(Math.max(...seen)).toBe(49);
    });

    it('of an empty topic gives nothing', async () => {
      const { log, topic } = await withTopic();
      expect((await readWhole(log, topic)).size).toBe(0);
    });

    it('of a compacted topic gives at least the newest value of each key, in order', async () => {
      const { log, topic } = await withTopic({ partitions: 1, compacted: true });
      await log.send(topic, [text('a1', 'a'), text('b1', 'b'), text('a2', 'a')]);
      await log.send(topic, [text('a3', 'a'), { key: Buffer.from('b'), value: null }]);

      const records = (await readWhole(log, topic)).get(0) ?? [];

      const newest = new Map(records.map(({ key, value }) => [key?.toString(), value?.toString() ?? null]));
      expect(newest).toEqual(
        new Map([
          ['a', 'a3'],
          ['b', null],
        ]),
      );
      const offsets = records.map(({ offset }) => offset);
      expect(offsets).toEqual([...offsets].sort((x, y) => x - y));
    });
  });

  describe('consuming', () => {
    it('starts at the oldest record, commits, and goes on there after a restart', async () => {
      const { log, topic, group } = await withTopic();
      await log.send(topic, numbered(20, 1));
      expect(await log.committed(group, topic)).toEqual([null, null, null]);

      const first = await consume(log, { group, topic });
      await until('the first 20 are handled', () => first.recorder.handled === 20);
      await until('they are committed', async () => (await log.committed(group, topic))[1] === 20);
      await first.running.stop();
      await log.send(topic, numbered(5, 1, 20));
      const second = await consume(open(), { group, topic });
      await until('the next 5 are handled', () => second.recorder.handled === 5);

      expect(second.recorder.offsets(1)).toEqual([20, 21, 22, 23, 24]);
      expect(first.recorder.partitions).toEqual([]);
      expect([first.recorder.breaches, second.recorder.breaches]).toEqual([[], []]);
    });

    it('tells batches by the topic, in order, with the high of the partition', async () => {
      const { log, topic, group } = await withTopic();
      await log.send(topic, numbered(30, 2));
      const batches: Batch[] = [];
      const { recorder } = await consume(log, { group, topic, handle: (batch) => void batches.push(batch) });
      await until('all are handled', () => recorder.handled === 30);
      expect(batches.every((batch) => batch.topic === topic && batch.partition === 2 && batch.high === 30)).toBe(true);
      expect(valuesOf(batches.flatMap(({ records }) => records))).toEqual(numbered(30, 2).map((r) => String(r.value)));
    });

    it('goes on from the offset that the caller owns, whatever the group has committed', async () => {
      const { log, topic, group } = await withTopic();
      await log.send(topic, [...numbered(10, 0), ...numbered(10, 1)]);
      const first = await consume(log, { group, topic });
      await until('all are committed', async () =>
        (await log.committed(group, topic)).slice(0, 2).every((o) => o === 10),
      );
      await first.running.stop();

      const bounds: unknown[] = [];
      const second = await consume(log, {
        group,
        topic,
        assigned: (partition, of) => {
          bounds[partition] = of;
          return partition === 0 ? 7 : partition === 1 ? 0 : null;
        },
      });
      await until('13 are handled', () => second.recorder.handled === 13);

      expect(second.recorder.offsets(0)).toEqual([7, 8, 9]);
      expect(second.recorder.offsets(1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(bounds).toEqual([
        { low: 0, high: 10 },
        { low: 0, high: 10 },
        { low: 0, high: 0 },
      ]);
    });

    it('assigns a partition anew and delivers again when a batch could not be handled', async () => {
      const { log, topic, group } = await withTopic();
      let faults = 2;
      const { recorder, running } = await consume(log, {
        group,
        topic,
        handle: ({ partition }) => {
          if (partition === 0 && faults-- > 0) throw new Error('the store is away');
        },
      });
      await log.send(topic, [...numbered(5, 0), ...numbered(5, 1)]);
      await until('all are handled', () => recorder.handled === 10);

      expect(recorder.offsets(0)).toEqual([0, 1, 2, 3, 4]);
      expect(recorder.count('assigned', 0)).toBe(3);
      expect(recorder.count('revoked', 0)).toBe(2);
      expect(recorder.count('assigned', 1)).toBe(1);
      expect(recorder.breaches).toEqual([]);
      expect(running.health()).toEqual({ ok: true, stopped: [] });
    });

    it('is not healthy while a partition fails again and again, and names it', async () => {
      const { log, topic, group } = await withTopic();
      let broken = true;
      const { recorder, running } = await consume(log, {
        group,
        topic,
        handle: ({ partition }) => {
          if (broken && partition === 1) throw new Error('too large to pass on');
        },
      });
      await log.send(topic, [...numbered(5, 0), ...numbered(5, 1)]);
      await until('it is not healthy', () => !running.health().ok);

      expect(running.health().stopped).toEqual([]);
      expect(running.health().reason).toMatch(
        new RegExp(`Partition 1 of "${topic}" has failed \\d+ times in a row .*too large to pass on`),
      );
      broken = false;
      await until('all are handled', () => recorder.handled === 10);
      await until('it is healthy', () => running.health().ok);
      expect(recorder.breaches).toEqual([]);
    });

    it('tends what it holds, idle or not, never beside a batch, and assigns it anew where that fails', async () => {
      const { log, topic, group } = await withTopic({ partitions: 2 });
      const tended = [0, 0];
      let faults = 1;
      const { recorder, running } = await consume(log, {
        group,
        topic,
        handle: () => new Promise((resolve) => setImmediate(resolve)),
        tend: (partition) => {
          if (partition === 1 && faults-- > 0) throw new Error('the store is away');
          tended[partition] = (tended[partition] ?? 0) + 1;
        },
      });
      await log.send(topic, numbered(20, 0));
      await until('both are tended again and again', () => tended.every((times) => times > 3));
      await until('all are handled', () => recorder.handled === 20);
      await running.stop();

      expect([recorder.count('assigned', 0), recorder.count('assigned', 1)]).toEqual([1, 2]);
      expect(recorder.breaches).toEqual([]);
    });

    it('reads the others on while a partition is to wait, and then that one from where it stood', async () => {
      const { log, topic, group } = await withTopic({ partitions: 2 });
      const arrivals = new Set<boolean>();
      // The log dates arrivals by the machine's clock: what it says is compared with that.
      const began = Date.now();
      let waiting = true;
      const { recorder, running } = await consume(log, {
        group,
        topic,
        waits: (partition, arrivedAt) => {
          arrivals.add(Math.abs(arrivedAt - began) < 60_000);
          return partition === 1 && waiting;
        },
      });
      await log.send(topic, [...numbered(20, 0), ...numbered(20, 1)]);
      await until('the one is read', () => recorder.handled === 20);
      await log.send(topic, numbered(20, 0, 20));
      await until('it is read on', () => recorder.handled === 40);
      expect(recorder.offsets(1)).toEqual([]);
      waiting = false;
      await until('the other is read', () => recorder.handled === 60);
      await running.stop();

      expect(recorder.offsets(1)).toEqual(Array.from({ length: 20 }, (_, offset) => offset));
      expect([recorder.count('assigned', 1), ...arrivals]).toEqual([1, true]);
      expect(recorder.breaches).toEqual([]);
      expect((await log.committed(group, topic))[1]).toBe(20);
    });

    it('asks again when an assignment fails', async () => {
      const { log, topic, group } = await withTopic({ partitions: 1 });
      await log.send(topic, numbered(3, 0));
      let faults = 1;
      const { recorder } = await consume(log, {
        group,
        topic,
        assigned: () => {
          if (faults-- > 0) throw new Error('the checkpoint is away');
          return null;
        },
      });
      await until('all are handled', () => recorder.handled === 3);
      expect(recorder.count('assigned', 0)).toBe(2);
      expect(recorder.breaches).toEqual([]);
    });

    it('stops one partition with an alarm and leaves the others running', async () => {
      const { log, topic, group } = await withTopic();
      const { recorder, running } = await consume(log, {
        group,
        topic,
        handle: ({ partition }) => {
          if (partition === 1) throw new StopPartition('topic-made-anew', 'made anew');
        },
      });
      await log.send(topic, [...numbered(5, 1), ...numbered(5, 0)]);
      await until('partition 1 is stopped', () => running.health().stopped.length === 1);
      await log.send(topic, [...numbered(5, 1), ...numbered(5, 0), ...numbered(5, 2)]);
      await until('the others are handled', () => recorder.handled === 15);

      expect(running.health()).toEqual({
        ok: true,
        stopped: [{ topic, partition: 1, code: 'topic-made-anew', message: 'made anew' }],
      });
      expect(recorder.offsets(1)).toEqual([]);
      expect(recorder.count('assigned', 1)).toBe(1);
      expect(recorder.partitions).toEqual([0, 2]);
      expect((await log.committed(group, topic))[1]).toBeNull();
    });

    it('never jumps: an offset that the log does not hold stops the partition', async () => {
      const { log, topic, group } = await withTopic({ partitions: 2 });
      await log.send(topic, [...numbered(5, 0), ...numbered(5, 1)]);
      const { recorder, running } = await consume(log, {
        group,
        topic,
        assigned: (partition) => (partition === 0 ? 99 : null),
      });
      await until('partition 0 is stopped', () => running.health().stopped.length === 1);
      await log.send(topic, numbered(5, 0, 5));
      await until('partition 1 is handled', () => recorder.offsets(1).length === 5);

      const [stopped] = running.health().stopped;
      expect(stopped).toMatchObject({ topic, partition: 0, code: 'offset-gap' });
      expect(stopped?.message).toMatch(/offsets 0 to 5, but .* 99/);
      expect(recorder.offsets(0)).toEqual([]);
    });
  });

  describe('consumer groups', () => {
    const all = [0, 1, 2, 3, 4, 5];

    it('share the partitions, and one takes over when another leaves', async () => {
      const { log, topic, group } = await withTopic({ partitions: 6 });
      const one = await consume(log, { group, topic });
      const two = await consume(open(), { group, topic });
      const shares = (): number[][] => [one.recorder.partitions, two.recorder.partitions];
      await until('each holds half', () => shares().every(({ length }) => length === 3));
      expect(shares().flat().sort()).toEqual(all);
      await log.send(
        topic,
        all.flatMap((partition) => numbered(10, partition)),
      );
      await until('all are handled', () => one.recorder.handled + two.recorder.handled >= 60);

      await one.running.stop();
      await log.send(
        topic,
        all.flatMap((partition) => numbered(10, partition, 10)),
      );
      await until('the other holds all', () => two.recorder.partitions.length === 6);
      await until('all are handled', () => one.recorder.handled + two.recorder.handled >= 120);

      for (const partition of all) {
        const offsets = [...one.recorder.offsets(partition), ...two.recorder.offsets(partition)];
        expect(offsets).toEqual(Array.from({ length: 20 }, (_, n) => n));
      }
      expect([one.recorder.breaches, two.recorder.breaches]).toEqual([[], []]);
    });

    it('read apart from each other', async () => {
      const { log, topic, group } = await withTopic();
      await log.send(topic, numbered(10, 0));
      const one = await consume(log, { group, topic });
      const other = await consume(log, { group: `${group}.other`, topic });
      await until('both have all', () => one.recorder.handled === 10 && other.recorder.handled === 10);
    });

    it('take over from a process that was killed, within seconds and without a loss', async () => {
      const { log, topic, group } = await withTopic({ partitions: 6 });
      const child = await startChild(group, topic);
      const { recorder } = await consume(log, { group, topic });
      await until('each holds half', () => child.partitions.length === 3 && recorder.partitions.length === 3);
      await log.send(
        topic,
        all.flatMap((partition) => numbered(10, partition)),
      );
      await until('all are handled', () => child.handled + recorder.handled >= 60);

      child.kill();
      await log.send(
        topic,
        all.flatMap((partition) => numbered(10, partition, 10)),
      );
      await until('the other holds all', () => recorder.partitions.length === 6, 30_000);
      await until('it has read to the end', async () => (await log.committed(group, topic)).every((o) => o === 20));

      for (const partition of all) {
        const offsets = new Set([...child.offsets(partition), ...recorder.offsets(partition)]);
        expect(offsets.size).toBe(20);
      }
      expect(recorder.breaches).toEqual([]);
    });

    it('fence off a member that was paused with a batch in hand and wakes up after others took over', async () => {
      const { log, topic, group } = await withTopic({ partitions: 2 });
      const child = await startChild(group, topic);
      await until('the child holds all', () => child.partitions.length === 2);
      child.hold();
      await log.send(topic, [...numbered(5, 0), ...numbered(5, 1)]);
      await until('the child has a batch in hand', () => child.holding > 0);
      child.pause();
      const { recorder } = await consume(log, { group, topic });
      await until('the other holds all', () => recorder.partitions.length === 2, 40_000);
      await log.send(topic, [...numbered(5, 0, 5), ...numbered(5, 1, 5)]);
      await until('it has read to the end', async () => (await log.committed(group, topic)).every((o) => o === 10));

      child.resume();
      child.letGo();
      await until('the child has given all back', () => child.revocations >= 2, 40_000);

      expect(await log.committed(group, topic)).toEqual([10, 10]);
      expect(child.breaches).toEqual([]);
    });
  });
}
