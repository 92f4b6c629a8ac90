import type { Message } from 'kafkajs';
import type { ProducePart } from './kafka-cluster';
import { IdempotentProducer, type ProducerCluster } from './kafka-producer';

const producerNumber = { producerId: { low: 7 }, producerEpoch: 0 };
const messages = (howMany: number): Message[] => Array.from({ length: howMany }, () => ({ value: 'x' }));
const place = ({ topic, partition, firstSequence }: ProducePart): string => `${topic}/${partition}@${firstSequence}`;

type Answer = (part: ProducePart, request: number) => number | Error | 'silence';

/** A cluster of two brokers, one leading the even partitions; `answer` gives a part's code, or what the request ends with. */
async function given(answer: Answer = () => 0, gone: readonly string[] = []) {
  const seen = { requests: [] as string[][], forgotten: 0 };
  const cluster: ProducerCluster = {
    numberProducer: () => Promise.resolve(producerNumber),
    known: (topics) =>
      topics.some((topic) => gone.includes(topic)) ? Promise.reject(new Error('gone')) : Promise.resolve(),
    forget: () => Promise.resolve(void (seen.forgotten += 1)),
    leaderOf: (_topic, partition) => String(partition % 2),
    produce: (leader, _number, parts) => {
      const request = seen.requests.push([`broker ${leader}`, ...parts.map(place)]);
      const answers = parts.map((part) => ({ ...part, answer: answer(part, request) }));
      const failed = answers.map((part) => part.answer).find((one) => one instanceof Error);
      if (failed !== undefined) return Promise.reject(failed);
      if (answers.some((part) => part.answer === 'silence')) return new Promise(() => undefined);
      return Promise.resolve(
        answers.map(({ topic, partition, firstSequence, answer: code }) => ({
          topic,
          partition,
          errorCode: Number(code),
          baseOffset: String(100 + firstSequence),
        })),
      );
    },
    close: () => Promise.resolve(),
  };
  return { seen, producer: await IdempotentProducer.on(cluster, 50) };
}

describe('IdempotentProducer', () => {
  it('puts what is written in one turn into one request for each broker', async () => {
    const { seen, producer } = await given();
    const offsets = await Promise.all([
      producer.write('hits', 0, messages(3), 3),
      producer.write('hits', 1, messages(1), 1),
      producer.write('lane', 2, messages(2), 2),
    ]);
    expect(seen.requests).toEqual([
      ['broker 0', 'hits/0@0', 'lane/2@0'],
      ['broker 1', 'hits/1@0'],
    ]);
    expect(offsets).toEqual([100, 100, 100]);
  });

  it('numbers the messages of each partition one after another', async () => {
    const { seen, producer } = await given();
    await producer.write('hits', 0, messages(3), 3);
    expect(await producer.write('hits', 0, messages(2), 2)).toBe(103);
    await producer.write('lane', 0, messages(2), 2);
    expect(seen.requests.map(([, part]) => part)).toEqual(['hits/0@0', 'hits/0@3', 'lane/0@0']);
  });

  it('fails only the partition that was refused, which then repeats its sequence', async () => {
    const { seen, producer } = await given(({ partition }, request) => (request === 1 && partition === 2 ? 6 : 0));
    const [first, second] = await Promise.allSettled([
      producer.write('hits', 0, messages(3), 3),
      producer.write('hits', 2, messages(2), 2),
    ]);
    expect(first).toEqual({ status: 'fulfilled', value: 100 });
    expect(second).toMatchObject({ status: 'rejected', reason: { type: 'NOT_LEADER_FOR_PARTITION', retriable: true } });
    await producer.write('hits', 0, messages(1), 1);
    await producer.write('hits', 2, messages(2), 2);
    expect(seen.requests.slice(1).map(([, part]) => part)).toEqual(['hits/0@3', 'hits/2@0']);
  });

  it('gives up a request that nobody answers, and repeats its sequences', async () => {
    const { seen, producer } = await given((_part, request) => (request === 1 ? 'silence' : 0));
    await expect(producer.write('hits', 0, messages(3), 3)).rejects.toMatchObject({ name: 'Unanswered' });
    await producer.write('hits', 0, messages(3), 3);
    expect(seen.requests.map(([, part]) => part)).toEqual(['hits/0@0', 'hits/0@0']);
  });

  it('repeats the sequences of a request that was lost, after asking for the leaders anew', async () => {
    const { seen, producer } = await given((_part, request) => (request === 1 ? new Error('connection closed') : 0));
    await expect(producer.write('hits', 0, messages(3), 3)).rejects.toThrow('connection closed');
    expect(seen.forgotten).toBe(0);
    await producer.write('hits', 0, messages(3), 3);
    await producer.write('hits', 0, messages(1), 1);
    expect(seen.requests.map(([, part]) => part)).toEqual(['hits/0@0', 'hits/0@0', 'hits/0@3']);
    expect(seen.forgotten).toBe(1);
  });

  it('writes to the other topics where one is gone', async () => {
    const { producer } = await given(() => 0, ['old']);
    const [old, hits] = await Promise.allSettled([
      producer.write('old', 0, messages(1), 1),
      producer.write('hits', 0, messages(1), 1),
    ]);
    expect(old).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
    expect(hits).toEqual({ status: 'fulfilled', value: 100 });
  });

  it('keeps requests bounded', async () => {
    const { seen, producer } = await given();
    await Promise.all([0, 2, 4].map((partition) => producer.write('lane', partition, messages(1), 5_000_000)));
    expect(seen.requests).toHaveLength(3);
  });
});
