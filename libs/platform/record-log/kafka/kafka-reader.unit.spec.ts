import type { Fetched } from './kafka-cluster';
import { readPartition } from './kafka-reader';

const settings = {
  maxBytesPerPartition: 1_000,
  maxWaitMs: 1,
  requestTimeoutMs: 60,
  backOff: { initialMs: 1, maxMs: 2 },
};

interface Answer {
  readonly offsets?: readonly number[];
  readonly control?: readonly number[];
  readonly stable?: number;
}

/** A log that answers by the offset asked for and by the size of the fetch. */
function given(answer: (offset: number, maxBytes: number, times: number) => Answer) {
  const asked: number[] = [];
  const fetch = (_topic: string, _partition: number, offset: number, maxBytes: number): Promise<Fetched> => {
    asked.push(offset);
    const { offsets = [], control = [], stable = 10 } = answer(offset, maxBytes, asked.length);
    const all = [...offsets, ...control].sort((a, b) => a - b);
    return Promise.resolve({
      highWatermark: '10',
      lastStableOffset: String(stable),
      abortedTransactions: [],
      messages: all.map((at) => ({
        offset: String(at),
        key: null,
        value: Buffer.from(String(at)),
        timestamp: '0',
        attributes: 0,
        headers: {},
        isControlRecord: control.includes(at),
      })),
    });
  };
  return { asked, fetch };
}

async function offsetsOf(source: ReturnType<typeof given>): Promise<number[]> {
  const found: number[] = [];
  for await (const { records } of readPartition(source, 't', 2, { low: 0, high: 10 }, settings)) {
    found.push(...records.map(({ offset }) => offset));
  }
  return found;
}

const from = (first: number, end: number): number[] => Array.from({ length: end - first }, (_, n) => first + n);

describe('reading a partition whole', () => {
  it('goes on behind many fetches that bring nothing while a new leader catches up', async () => {
    const source = given((offset, _bytes, times) =>
      times > 1 && times < 8 ? { stable: offset } : { offsets: from(offset, offset + 5) },
    );
    expect(await offsetsOf(source)).toEqual(from(0, 10));
    expect(source.asked).toHaveLength(8);
  });

  it('throws where the brokers go on holding back what they had, and says what is missing', async () => {
    const source = given((offset) => (offset < 4 ? { offsets: [0, 1, 2, 3], stable: 4 } : { stable: 4 }));
    await expect(offsetsOf(source)).rejects.toThrow(
      /"t" .*partition 2 the offsets 4 to 9 are missing.*up to offset 4\./,
    );
  });

  it('counts offsets without records as reached: control records, and compacted ones at the end', async () => {
    const source = given((offset) => (offset < 6 ? { offsets: [0, 2], control: [3, 5] } : {}));
    expect(await offsetsOf(source)).toEqual([0, 2]);
  });

  it('finds the record behind a long stretch without records, which a fetch of the usual size does not reach', async () => {
    const source = given((offset, bytes) =>
      offset < 2 ? { offsets: [0, 1] } : bytes > settings.maxBytesPerPartition ? { offsets: [9] } : {},
    );
    expect(await offsetsOf(source)).toEqual([0, 1, 9]);
  });

  it('leaves out what came after the end that was asked for', async () => {
    const source = given((offset) => ({ offsets: from(offset, 20), stable: 20 }));
    expect(await offsetsOf(source)).toEqual(from(0, 10));
  });
});
