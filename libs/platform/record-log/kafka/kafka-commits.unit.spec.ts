import { silentLogger } from '../log-events';
import { KafkaCommits, type CommitRequest } from './kafka-commits';

/** What was sent, each request as `topic/partition=offset …`, and what was told to be committed. */
function given(answers: readonly ('ok' | 'fault')[] = [], onSend?: (commits: KafkaCommits) => void) {
  const sent: string[] = [];
  const committed: string[] = [];
  const commits: KafkaCommits = new KafkaCommits(
    ({ topics }: CommitRequest) => {
      sent.push(
        topics
          .flatMap(({ topic, partitions }) => partitions.map((one) => `${topic}/${one.partition}=${one.offset}`))
          .join(' '),
      );
      onSend?.(commits);
      return answers[sent.length - 1] === 'fault' ? Promise.reject(new Error('rebalancing')) : Promise.resolve();
    },
    (topic, partition, offset) => committed.push(`${topic}/${partition}=${offset}`),
    silentLogger,
    1,
  );
  return { commits, sent, committed };
}

const until = async (met: () => boolean): Promise<void> => {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe('offsets that are committed a moment later', () => {
  it('given several partitions, sends the newest of each in one request', async () => {
    const { commits, sent, committed } = given();
    commits.note('t', 0, 5);
    commits.note('t', 1, 7);
    commits.note('u', 0, 1);
    commits.note('t', 0, 6);
    await until(() => committed.length === 3);
    expect(sent).toEqual(['t/0=6 t/1=7 u/0=1']);
    expect(committed).toEqual(['t/0=6', 't/1=7', 'u/0=1']);
    await commits.flush();
    expect(sent).toHaveLength(1);
  });

  it('given a fault, tries again with what is newest then', async () => {
    const { commits, sent, committed } = given(['fault', 'fault'], () => {
      if (sent.length === 1) commits.note('t', 0, 6);
    });
    commits.note('t', 0, 5);
    await until(() => committed.length === 1);
    expect([sent, committed]).toEqual([['t/0=5', 't/0=6', 't/0=6'], ['t/0=6']]);
  });

  it('given more that is noted while a request is under way, sends it with the next', async () => {
    const { commits, sent, committed } = given([], () => {
      if (sent.length === 1) commits.note('t', 0, 6);
    });
    commits.note('t', 0, 5);
    await until(() => committed.length === 2);
    expect(sent).toEqual(['t/0=5', 't/0=6']);
  });

  it('sends nothing of a partition that was given back, nor takes it for committed', async () => {
    const { commits, sent, committed } = given([], () => commits.forget('t', 1));
    commits.note('t', 0, 5);
    commits.note('t', 1, 7);
    commits.note('t', 2, 8);
    commits.forget('t', 0);
    await commits.flush();
    expect([sent, committed]).toEqual([['t/1=7 t/2=8'], ['t/2=8']]);
  });

  it('given up, sends nothing more', async () => {
    const { commits, sent } = given();
    commits.note('t', 0, 5);
    commits.clear();
    await commits.flush();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sent).toEqual([]);
  });
});
