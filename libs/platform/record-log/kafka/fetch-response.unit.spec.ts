import fc from 'fast-check';
import FetchRequest from 'kafkajs/src/protocol/requests/fetch';
import { readFetchesLazily } from './fetch-response';
import { FetchedRecord } from './fetched-record';
import { toRecord } from './kafka-records';

/** kafkajs's own writers and readers, which have no types. */
interface Encoder {
  readonly buffer: Buffer;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeInt64(value: number | string): Encoder;
  writeString(value: string): Encoder;
  writeBytes(value: Buffer): Encoder;
}
const inside = <T extends object>(path: string): T => jest.requireActual<T>(`kafkajs/src/protocol/${path}`);
const EncoderOf = inside<new () => Encoder>('encoder');
const { RecordBatch } = inside<{ RecordBatch: (batch: object) => Promise<Encoder> }>('recordBatch/v0');
const recordOf = inside<(record: object) => Encoder>('recordBatch/record/v0');
const messageSetOf = inside<(set: object) => Encoder>('messageSet');
const itsOwn = inside<{ decode(raw: Buffer): Promise<object> }>('requests/fetch/v11/response');

interface Answer {
  readonly responses: readonly { readonly partitions: readonly Partition[] }[];
}
interface Partition {
  readonly messages: readonly (Parameters<typeof toRecord>[0] & {
    readonly isControlRecord: boolean;
    readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  })[];
}

readFetchesLazily();
const lazily = async (raw: Buffer): Promise<Answer> => {
  const { response } = FetchRequest.protocol({ version: 11 })({ topics: [] });
  return (await response.decode(raw)) as Answer;
};
const byItself = async (raw: Buffer): Promise<Answer> => (await itsOwn.decode(raw)) as Answer;

/** All that is asked of an answer, as plain values. */
function shown(answer: Answer): object {
  const responses = answer.responses.map(({ partitions, ...topic }) => ({
    ...topic,
    partitions: partitions.map(({ messages, ...partition }) => ({
      ...partition,
      messages: messages.map((message) => {
        const { offset, key, value, headers, timestamp } = toRecord(message);
        const { isControlRecord, batchContext } = message;
        // Only records of transactions are asked which.
        const producerId = batchContext.inTransaction ? batchContext.producerId : null;
        return { offset, key, value, headers: { ...headers }, timestamp, isControlRecord, producerId };
      }),
    })),
  }));
  return { ...answer, responses };
}

/** An answer to a fetch of version 11. */
function answerOf(topics: readonly (readonly (readonly Buffer[])[])[]): Buffer {
  const answer = new EncoderOf().writeInt32(3).writeInt16(0).writeInt32(0).writeInt32(topics.length);
  for (const [t, partitions] of topics.entries()) {
    answer.writeString(`topic-${t}`).writeInt32(partitions.length);
    for (const [p, batches] of partitions.entries()) {
      answer.writeInt32(p).writeInt16(0).writeInt64('9007199254740991').writeInt64(-1).writeInt64(7);
      if (p === 1) answer.writeInt32(1).writeInt64('9223372036854775807').writeInt64(12);
      else answer.writeInt32(-1);
      answer.writeInt32(-1).writeBytes(Buffer.concat(batches));
    }
  }
  return answer.buffer;
}

const [attributesAt, logAppendTime, control, gzip] = [22, 0x08, 0x20, 1];
const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)));
const headers = fc.dictionary(
  fc.string({ maxLength: 5 }).filter((name) => name !== '__proto__'),
  fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 3 })),
  { maxKeys: 3 },
);
const records = fc.array(fc.record({ key: bytes, value: bytes, headers, timestampDelta: fc.integer() }), {
  maxLength: 20,
});
const batch = fc.record({
  records,
  firstOffset: fc.maxSafeNat(),
  firstTimestamp: fc.integer({ min: 0, max: 4e12 }),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
  compressed: fc.boolean(),
  transactional: fc.boolean(),
  flags: fc.constantFrom(0, logAppendTime, control, logAppendTime | control),
});

type Given = typeof batch extends fc.Arbitrary<infer T> ? T : never;

async function written({ records, producerId, compressed, flags, ...rest }: Given): Promise<Buffer> {
  const { buffer } = await RecordBatch({
    ...rest,
    firstOffset: rest.firstOffset - records.length < 0 ? 0 : rest.firstOffset - records.length,
    maxTimestamp: rest.firstTimestamp + 5,
    producerId: producerId.toString(),
    compression: compressed ? gzip : 0,
    lastOffsetDelta: Math.max(0, records.length - 1),
    records: records.map((record, offsetDelta) => recordOf({ ...record, offsetDelta })),
  });
  buffer[attributesAt] = (buffer[attributesAt] ?? 0) | flags;
  return buffer;
}

describe('reading what a broker gives', () => {
  it('reads the same as kafkajs itself, of whole batches and of parts', async () => {
    const topics = fc.array(fc.array(fc.array(batch, { maxLength: 3 }), { maxLength: 3 }), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(topics, fc.nat({ max: 400 }), async (given, missing) => {
        const whole = await Promise.all(
          given.map((topic) => Promise.all(topic.map((partition) => Promise.all(partition.map(written))))),
        );
        const cut = whole.map((topic) => topic.map((batches) => [cutOff(Buffer.concat(batches), missing)]));
        for (const raw of [answerOf(whole), answerOf(cut)])
          expect(shown(await lazily(raw))).toEqual(shown(await byItself(raw)));
      }),
    );
  });

  it('takes a header without a value for none', async () => {
    const record = recordOf({ key: null, value: Buffer.from('v'), headers: { a: '', b: 'kept' } });
    const { buffer } = await RecordBatch({ records: [record] });
    // The length of the first header's value, which is 0, becomes -1.
    buffer[buffer.length - record.buffer.length + record.buffer.indexOf('a') + 1] = 1;
    const [message] = (await lazily(answerOf([[[buffer]]]))).responses[0]?.partitions[0]?.messages ?? [];
    expect(message?.headers).toEqual({ b: 'kept' });
    expect(toRecord({ headers: { a: null, b: 'kept' } } as never).headers).toEqual({ b: 'kept' });
  });

  it('leaves what was written before Kafka 0.11 to kafkajs', async () => {
    const set = messageSetOf({ messageVersion: 1, entries: [{ key: 'k', value: 'v', timestamp: 5 }] }).buffer;
    const raw = answerOf([[[set]]]);
    const read = await lazily(raw);
    expect(read.responses[0]?.partitions[0]?.messages[0]).not.toBeInstanceOf(FetchedRecord);
    expect(read).toEqual(await byItself(raw));
    expect(read.responses[0]?.partitions[0]?.messages).toMatchObject([{ value: Buffer.from('v') }]);
  });

  it('does not read past a record that is longer than its batch', async () => {
    const record = recordOf({ key: null, value: Buffer.from('v') });
    const { buffer } = await RecordBatch({ records: [record] });
    buffer[buffer.length - record.buffer.length] = 0x7e;
    await expect(lazily(answerOf([[[buffer]]]))).rejects.toThrow('is not as long as it says');
  });
});

/** Where not even the format of the first batch is left, kafkajs fails. */
const fewest = 17;
const cutOff = (whole: Buffer, missing: number): Buffer =>
  whole.subarray(0, Math.max(Math.min(whole.length, fewest), whole.length - missing));
