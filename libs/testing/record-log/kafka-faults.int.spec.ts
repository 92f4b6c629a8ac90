import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { KafkaRecordLog, type Batch, type KafkaRecordLogOptions, type NewRecord } from '@weir/platform/record-log';
import { startKafka, type KafkaServer } from '../kafka';
import { Recorder } from './recorder';
import { until } from './until';

jest.setTimeout(180_000);

/** What only Kafka does: retention under a reader, topics made anew, transactions, brokers that die. */
describe('KafkaRecordLog where Kafka misbehaves', () => {
  let kafka: KafkaServer;
  let plain: Kafka;
  let admin: Admin;
  const opened: KafkaRecordLog[] = [];

  function open(changes: Partial<KafkaRecordLogOptions> = {}): KafkaRecordLog {
    const log = new KafkaRecordLog({
      brokers: kafka.brokers,
      sessionTimeoutMs: 3_000,
      heartbeatMs: 500,
      maxWaitMs: 100,
      ...changes,
    });
    opened.push(log);
    return log;
  }

  const into = (partition: number, count: number, bytes = 10): NewRecord[] =>
    Array.from({ length: count }, () => ({ key: null, value: Buffer.alloc(bytes), partition }));

  function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
    let open: () => void = () => undefined;
    const passed = new Promise<void>((resolve) => (open = resolve));
    return { passed, open };
  }

  beforeAll(async () => {
    kafka = await startKafka({ own: true });
    plain = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
    admin = plain.admin();
    await admin.connect();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });

  afterAll(async () => {
    await admin.disconnect();
    await kafka.stop();
  });

  it('stops a partition whose records went under its reader, and leaves the committed offset where reading ended', async () => {
    const topic = `retention.${randomUUID()}`;
    const log = open({ maxBytesPerPartition: 10_000 });
    await log.ensureTopics([{ name: topic, partitions: 2 }]);
    for (let n = 0; n < 10; n += 1) await log.send(topic, into(0, 10, 1_000));
    const first = gate();
    let inHand = false;
    const recorder = new Recorder({
      group: topic,
      topic,
      handle: ({ partition }) => {
        if (partition !== 0) return undefined;
        inHand = true;
        return first.passed;
      },
    });
    const running = await log.consume(recorder);
    await until('a batch is in hand', () => inHand);
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '60' }] });
    first.open();
    await until('the partition is stopped', () => running.health().stopped.length === 1);
    await log.send(topic, into(1, 5));
    await until('the other goes on', () => recorder.offsets(1).length === 5);

    const ended = recorder.offsets(0).length;
    expect(ended).toBeGreaterThan(0);
    expect(ended).toBeLessThan(60);
    expect(running.health()).toMatchObject({ ok: true, stopped: [{ topic, partition: 0, code: 'offset-gap' }] });
    expect(running.health().stopped[0]?.message).toContain(`${60 - ended} offsets are no longer held`);
    expect((await log.committed(topic, topic))[0]).toBe(ended);

    await running.stop();
    const again = await open().consume(new Recorder({ group: topic, topic }));
    await until('a restart stops there too', () => again.health().stopped[0]?.code === 'offset-gap');
  });

  it('gives a topic made anew another identity, and does not read it as if it were the old one', async () => {
    const topic = `anew.${randomUUID()}`;
    const log = open();
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    await log.send(topic, into(0, 10));
    const recorder = new Recorder({ group: topic, topic });
    const running = await log.consume(recorder);
    await until('all are committed', async () => (await log.committed(topic, topic))[0] === 10);
    const before = await log.describe(topic);
    await running.stop();

    await admin.deleteTopics({ topics: [topic] });
    await until('it is gone', async () => !(await admin.listTopics()).includes(topic));
    const fresh = open();
    await fresh.ensureTopics([{ name: topic, partitions: 1 }]);
    await fresh.send(topic, into(0, 3));
    const after = await fresh.describe(topic);
    const behind = new Recorder({ group: topic, topic, assigned: () => 10 });
    const second = await fresh.consume(behind);
    await until('it is stopped', () => second.health().stopped[0]?.code === 'offset-gap');

    expect(after.identity).not.toBe(before.identity);
    expect(after.identity.split('/')[0]).toBe(before.identity.split('/')[0]);
    expect(behind.handled).toBe(0);
  });

  it('says why a topic cannot be made', async () => {
    const topic = `copies.${randomUUID()}`;
    const making = open({ replicationFactor: 3 }).ensureTopics([{ name: topic, partitions: 1 }]);
    await expect(making).rejects.toThrow(new RegExp(`refused to make topics: "${topic}": .*replication`, 'i'));
  });

  it('makes a topic once when several ask for it at the same time', async () => {
    const topic = `together.${randomUUID()}`;
    await Promise.all([1, 2, 3].map(() => open().ensureTopics([{ name: topic, partitions: 2 }])));
    expect(await open().bounds(topic)).toHaveLength(2);
  });

  it('steps over aborted transactions and control records without taking them for a gap', async () => {
    const topic = `transactions.${randomUUID()}`;
    const log = open();
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const recorder = new Recorder({ group: topic, topic });
    const running = await log.consume(recorder);
    const producer = plain.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const values: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: null, value: `t${n}`, partition: 0 }] });
      if (n % 2 === 0) await transaction.abort();
      else await transaction.commit();
      if (n === 3) await until('two are handled', () => recorder.handled === 2);
    }
    await producer.disconnect();
    await log.send(topic, [{ key: null, value: Buffer.from('last'), partition: 0 }]);
    await until('all are handled', () => recorder.handled === 4);

    for await (const { records } of log.readAll(topic)) values.push(...records.map(({ value }) => String(value)));
    expect(values).toEqual(['t1', 't3', 't5', 'last']);
    expect(running.health()).toEqual({ ok: true, stopped: [] });
    expect(recorder.breaches).toEqual([]);
    expect(recorder.count('assigned', 0)).toBe(1);
  });

  it('takes the time of the log, not of the producer, where the topic says so', async () => {
    const topic = `time.${randomUUID()}`;
    const log = open();
    await log.ensureTopics([{ name: topic, partitions: 1, logAppendTime: true }]);
    const producer = plain.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ key: null, value: 'x', partition: 0, timestamp: '1000' }] });
    await producer.disconnect();
    const times: number[] = [];
    for await (const { records } of log.readAll(topic)) times.push(...records.map(({ timestamp }) => timestamp));
    expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('keeps its place in the group while a batch takes longer than the session', async () => {
    const topic = `slow.${randomUUID()}`;
    const log = open();
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    await log.send(topic, into(0, 3));
    const slow = gate();
    const recorder = new Recorder({ group: topic, topic, handle: () => slow.passed });
    await log.consume(recorder);
    setTimeout(slow.open, 7_000);
    await until('the batch is handled', () => recorder.handled === 3);
    await until('it is committed', async () => (await log.committed(topic, topic))[0] === 3);
    expect(recorder.offsets(0)).toEqual([0, 1, 2]);
    expect(recorder.count('revoked', 0)).toBe(0);
  });

  it('keeps open what stays with a member when another one joins', async () => {
    const topic = `joining.${randomUUID()}`;
    const log = open();
    await log.ensureTopics([{ name: topic, partitions: 4 }]);
    await log.send(topic, [...into(0, 3), ...into(1, 3), ...into(2, 3), ...into(3, 3)]);
    const one = new Recorder({ group: topic, topic });
    await log.consume(one);
    await until('all are handled', () => one.handled === 12);
    const two = new Recorder({ group: topic, topic });
    await open().consume(two);
    await until('each holds two', () => one.partitions.length === 2 && two.partitions.length === 2);

    for (const partition of one.partitions) expect(one.count('assigned', partition)).toBe(1);
    await log.send(topic, [...into(0, 3), ...into(1, 3), ...into(2, 3), ...into(3, 3)]);
    await until('all are handled', () => one.handled + two.handled === 24);
    expect([...one.breaches, ...two.breaches]).toEqual([]);
  });

  it('loses nothing, doubles nothing and keeps the order when the broker is killed twice under load', async () => {
    const topic = `killed.${randomUUID()}`;
    const log = open({ deliveryTimeoutMs: 90_000 });
    await log.ensureTopics([{ name: topic, partitions: 3 }]);
    const seen: string[][] = [[], [], []];
    const recorder = new Recorder({
      group: topic,
      topic,
      handle: ({ partition, records }: Batch) => {
        seen[partition]?.push(...records.map(({ value }) => String(value)));
      },
    });
    const running = await open().consume(recorder);
    const rounds = 200;
    let sent = 0;
    const sending = Promise.all(
      [0, 1, 2].map(async (partition) => {
        for (let round = 0; round < rounds; round += 1) {
          const records = Array.from({ length: 20 }, (_, n) => ({
            key: null,
            value: Buffer.from(String(round * 20 + n)),
            partition,
          }));
          await log.send(topic, records);
          sent += 20;
        }
      }),
    );
    for (const share of [2_000, 6_000]) {
      await until(`${share} are sent`, () => sent >= share, 60_000);
      await kafka.kill9();
      await kafka.restart();
    }
    await sending;

    const written: string[][] = [[], [], []];
    for await (const { partition, records } of log.readAll(topic)) {
      written[partition]?.push(...records.map(({ value }) => String(value)));
    }
    const wanted = Array.from({ length: rounds * 20 }, (_, n) => String(n));
    expect(written.map((values) => values.length)).toEqual([4_000, 4_000, 4_000]);
    expect(written).toEqual([wanted, wanted, wanted]);
    await until(
      'the consumer has read to the end',
      async () => (await log.committed(topic, topic)).every((offset) => offset === 4_000),
      60_000,
    );
    for (const values of seen) expect([...new Set(values)]).toEqual(wanted);
    expect(recorder.breaches).toEqual([]);
    expect(running.health().ok).toBe(true);
  });

  it('says so while the brokers are away, and goes on when they are back', async () => {
    const topic = `away.${randomUUID()}`;
    const log = open({ awayMs: 500 });
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const recorder = new Recorder({ group: topic, topic });
    const running = await log.consume(recorder);
    await until('it is held', () => recorder.partitions.length === 1);

    await kafka.kill9();
    await expect(log.ping()).rejects.toMatchObject({ code: 'unreachable' });
    await until('it is not healthy', () => !running.health().ok, 60_000);
    expect(running.health().reason).toContain('cannot be reached');
    await kafka.restart();

    await log.send(topic, into(0, 1));
    await until('the record is handled', () => recorder.handled === 1, 60_000);
    expect(running.health()).toEqual({ ok: true, stopped: [] });
  });
});
