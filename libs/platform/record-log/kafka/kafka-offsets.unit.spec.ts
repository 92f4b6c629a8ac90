import { KafkaOffsets, type OffsetsCluster } from './kafka-offsets';

/** Clusters whose partitions hold offsets 2 to 5 and 0 to 9; `gone` makes a topic one that the brokers do not know. */
function given(gone: readonly string[] = [], silent: readonly number[] = []) {
  const seen = { asked: [] as string[], opened: 0, closed: 0 };
  const offsets = new KafkaOffsets(() => {
    const opened = (seen.opened += 1);
    const cluster: OffsetsCluster = {
      known: (topics) =>
        topics.some((topic) => gone.includes(topic)) ? Promise.reject(new Error('gone')) : Promise.resolve(),
      offsets: (topics, which) => {
        if (silent.includes(opened)) return new Promise(() => undefined);
        seen.asked.push(`${which} of ${topics.join(', ')}`);
        const [first, second] = which === 'oldest' ? ['2', '0'] : ['5', '9'];
        const answer = [
          { partition: 1, offset: second ?? '' },
          { partition: 0, offset: first ?? '' },
        ];
        return Promise.resolve(new Map(topics.map((topic) => [topic, answer])));
      },
      close: () => Promise.resolve(void (seen.closed += 1)),
    };
    return Promise.resolve(cluster);
  }, 20);
  return { seen, offsets };
}

const held = [
  { low: 2, high: 5 },
  { low: 0, high: 9 },
];

describe('KafkaOffsets', () => {
  it('asks for several topics together, and shares a question that is not put yet', async () => {
    const { seen, offsets } = given();
    const answers = await Promise.all([offsets.bounds('facts'), offsets.bounds('rules'), offsets.bounds('facts')]);
    expect(answers).toEqual([held, held, held]);
    expect(seen.asked).toEqual(['oldest of facts, rules', 'next of facts, rules']);
  });

  it('does not share an answer that is on its way', async () => {
    const { seen, offsets } = given();
    const first = offsets.bounds('facts');
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, offsets.bounds('facts')]);
    expect(seen.asked).toHaveLength(4);
    expect(seen.opened).toBe(1);
  });

  it('gives up a question that nobody answers, and asks the next on another connection', async () => {
    const { seen, offsets } = given([], [1]);
    await expect(offsets.bounds('facts')).rejects.toMatchObject({ name: 'Unanswered', retriable: true });
    await expect(offsets.bounds('facts')).resolves.toEqual(held);
    expect(seen).toMatchObject({ opened: 2, closed: 1 });
  });

  it('answers for the other topics where one is gone, on another connection', async () => {
    const { seen, offsets } = given(['old']);
    const [old, facts] = await Promise.allSettled([offsets.bounds('old'), offsets.bounds('facts')]);
    expect(old).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
    expect(facts).toEqual({ status: 'fulfilled', value: held });
    expect(seen.opened).toBeGreaterThan(1);
    await offsets.close();
    expect(seen.closed).toBe(seen.opened);
  });
});
