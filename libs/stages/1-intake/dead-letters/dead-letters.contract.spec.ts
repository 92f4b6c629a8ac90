import { randomUUID } from 'node:crypto';
import { headers, keptBytesOfTooLarge, transactionExample, type FactMessage } from '@weir/contracts';
import { partitionOf, TopicMissing, type LogRecord, type RecordLog } from '@weir/platform/record-log';
import { readBatch } from '../intake.pipeline';
import { deadLetterRecord, refuse } from '../refusal';
import { DeadLetterTopic } from './dead-letter-topic';
import { FactsAgain } from './facts-again';
import { letterIdText, type Letter } from './letter';
import { ReplayBook } from './replay-book';
import { sendAgain, type SendAgainSettings } from './send-again';
import type { SendOutcome } from './send-outcome';

const partitions = 3;
const reading = { partitions, maxFutureMs: 1e15 };

/**
 * Dead letters on a record log: read, found, sent again, remembered. Not a test file by itself (jest does not collect it):
 * the int spec of each log calls it.
 */
export function itHoldsDeadLetters(open: () => RecordLog): void {
  jest.setTimeout(90_000);
  const opened: RecordLog[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });

  /** Topics of the test's own, with these inputs refused as detection refuses them. */
  async function given(...inputs: readonly { readonly key: string | null; readonly value: Buffer }[]) {
    const log = open();
    opened.push(log);
    const name = randomUUID();
    const topics = { facts: `facts.${name}`, letters: `letters.${name}`, replays: `replays.${name}` };
    const maxRecordBytes = 1_300_000;
    await log.ensureTopics([
      { name: topics.facts, partitions, maxRecordBytes, logAppendTime: true },
      { name: topics.letters, partitions, maxRecordBytes },
      { name: topics.replays, partitions: 1, compacted: true },
    ]);
    const records = inputs.map(({ key, value }, offset): LogRecord => {
      return { offset, key: key === null ? null : Buffer.from(key), value, headers: {}, timestamp: Date.now() };
    });
    const { refused } = readBatch({ topic: topics.facts, partition: 1, records }, reading);
    expect(refused).toHaveLength(inputs.length);
    if (refused.length > 0) await log.send(topics.letters, refused.map(deadLetterRecord));
    return { log, topics, ...(await reopened(log, topics)) };
  }

  /** As another process sees it. */
  async function reopened(log: RecordLog, topics: { facts: string; letters: string; replays: string }) {
    const { identity } = await log.describe(topics.letters);
    const book = await ReplayBook.open(log, { replays: topics.replays, identity });
    const letters = new DeadLetterTopic(log, topics.letters);
    const ports = {
      log,
      book,
      readers: [new FactsAgain({ ...reading, factsTopic: topics.facts, now: Date.now })] as const,
      clock: Date.now,
      deadLettersTopic: topics.letters,
    };
    const settings: SendAgainSettings = { mended: null, again: false, dryRun: false, byName: true };
    const send = (some: readonly Letter[], more: Partial<SendAgainSettings> = {}): Promise<readonly SendOutcome[]> =>
      sendAgain(some, { ...settings, ...more }, ports);
    return { book, letters, send };
  }

  async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
    const found: T[] = [];
    for await (const item of items) found.push(item);
    return found;
  }

  async function recordsOf(log: RecordLog, topic: string): Promise<readonly (LogRecord & { partition: number })[]> {
    const batches = await all(log.readAll(topic));
    return batches.flatMap(({ partition, records }) =>
      records.map(({ offset, key, value, headers, timestamp }) => ({
        partition,
        offset,
        key,
        value,
        headers,
        timestamp,
      })),
    );
  }

  const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const fact = (more: Partial<FactMessage>): FactMessage => ({ ...transactionExample, ...more });
  const one = (letters: readonly Letter[]): Letter => {
    const [letter] = letters;
    if (letter === undefined) throw new Error('There is no letter.');
    return letter;
  };

  it('gives back every letter as it was written, whatever its bytes', async () => {
    const inputs = [
      { key: 'A', value: bytes('{"id":') },
      { key: 'B', value: Buffer.from([0xd5, 0xc5, 0x00]) },
      { key: null, value: bytes({ id: 'x' }) },
      { key: 'C', value: Buffer.alloc(1_100_000, 'x') },
    ];
    const { letters } = await given(...inputs);

    const found = await all(letters.all());

    const byReason = new Map(found.map((letter) => [letter.reason, letter]));
    expect(byReason.get('not-json')).toMatchObject({ key: bytes('A'), original: inputs[0]?.value });
    expect(byReason.get('invalid-encoding')?.original).toEqual(inputs[1]?.value);
    expect(byReason.get('missing-field')).toMatchObject({ key: null, id: { partition: 0 } });
    const cut = byReason.get('too-large');
    expect([cut?.original.length, cut?.length, cut?.sha256?.length]).toEqual([keptBytesOfTooLarge, 1_100_000, 64]);
    for (const letter of found) expect(Math.abs(letter.at - Date.now())).toBeLessThan(60_000);
  });

  it('finds letters by their ids, in any partition, and says what is not there', async () => {
    const inputs = Array.from({ length: 40 }, (_, i) => ({ key: `K${i}`, value: bytes(`{${i}`) }));
    const { letters } = await given(...inputs);
    const some = (await all(letters.all())).filter((_, index) => index % 7 === 0).map(({ id }) => id);
    const absent = [
      { partition: 9, offset: 0 },
      { partition: 0, offset: 4_000 },
    ];

    const { letters: found, missing } = await letters.find([...absent, ...some]);

    expect(found.map(({ id }) => letterIdText(id)).sort()).toEqual(some.map(letterIdText).sort());
    expect(missing.map(({ id, message }) => [letterIdText(id), message])).toEqual([
      ['9/0', expect.stringContaining('partitions 0 to 2')],
      ['0/4000', expect.stringMatching(/holds the letters 0 to \d+\.$/)],
    ]);
  });

  it('sends one again with its key, and one without by its home, telling which letters they were', async () => {
    const { log, topics, letters, send } = await given(
      { key: 'some key', value: bytes('{1') },
      { key: null, value: bytes('{2') },
    );
    const found = await all(letters.all());
    for (const letter of found) {
      const mended = bytes(fact({ id: `T${letterIdText(letter.id)}`, accountId: 'A1' }));
      expect(await send([letter], { mended })).toMatchObject([{ outcome: 'sent', records: 1 }]);
    }

    const sent = await recordsOf(log, topics.facts);
    const wanted = found.map(({ id, key }) => {
      const used = key ?? bytes('A1');
      return [used, partitionOf(used, partitions), { [headers.repairedFrom]: `${topics.letters}/${letterIdText(id)}` }];
    });
    expect(sent).toHaveLength(2);
    expect(sent.map(({ key, partition, headers: given }) => [key, partition, given])).toEqual(
      expect.arrayContaining(wanted),
    );
    // What was sent is read as any fact.
    const { accepted, refused } = readBatch({ topic: topics.facts, partition: 0, records: sent }, reading);
    expect([accepted.length, refused.length]).toEqual([2, 0]);
  });

  it('remembers what was sent again, where to, and from which bytes, also in another process', async () => {
    const { log, topics, letters, send } = await given({ key: 'A', value: bytes('{') });
    const letter = one(await all(letters.all()));
    await send([letter], { mended: bytes(fact({ id: 'T1' })) });

    const other = await reopened(log, topics);
    expect(await other.send([letter], { mended: bytes(fact({ id: 'T1' })) })).toMatchObject([
      { outcome: 'not-sent', why: 'replayed-before' },
    ]);
    await other.send([letter], { mended: bytes([fact({ id: 'T2' }), fact({ id: 'T3' })]), again: true });

    const later = await reopened(log, topics);
    const replays = later.book.of(letter.id);
    expect(replays.map(({ mended, to }) => [mended, to.length])).toEqual([
      [true, 1],
      [true, 2],
    ]);
    expect(replays.flatMap(({ to }) => to).map((place) => later.book.letterBehind(place))).toEqual([
      letter.id,
      letter.id,
      letter.id,
    ]);
    expect(await recordsOf(log, topics.facts)).toHaveLength(3);
  });

  it('sends nothing that would be refused again, and nothing in a dry run', async () => {
    const { log, topics, letters, send } = await given({ key: 'A', value: bytes('{') });
    const found = await all(letters.all());
    expect(await send(found)).toMatchObject([{ why: 'refused-again', flaws: [{ reason: 'not-json' }] }]);
    expect(await send(found, { mended: bytes(fact({})), dryRun: true })).toMatchObject([{ outcome: 'would-send' }]);
    expect([...(await recordsOf(log, topics.facts)), ...(await recordsOf(log, topics.replays))]).toEqual([]);
  });

  it('goes on where the topic does not take one of them', async () => {
    const { log, topics, letters, send } = await given();
    // Somebody has made the topic with a lower limit than Weir's own facts may have.
    const tight = { ...topics, facts: `tight.${topics.facts}` };
    await log.ensureTopics([{ name: tight.facts, partitions, maxRecordBytes: 5_000 }]);
    const texts = ['x'.repeat(9_000), 'short'];
    const refusals = texts.map((note, i) => {
      const value = bytes(fact({ id: `T${i}`, attributes: { note } }));
      return refuse({ key: bytes('A'), value }, `${tight.facts}/0/${i}`, { reason: 'internal-error', message: '' });
    });
    await log.send(topics.letters, refusals.map(deadLetterRecord));
    const other = await reopened(log, tight);

    expect(await other.send(await all(letters.all()))).toMatchObject([
      { outcome: 'not-sent', why: 'record-too-large' },
      { outcome: 'sent' },
    ]);
    expect(await send(await all(letters.all()))).toMatchObject([{ why: 'foreign-origin' }, { why: 'foreign-origin' }]);
  });

  it('reads an empty topic as empty, and says that a topic is missing', async () => {
    const { log, topics, letters } = await given();
    expect(await all(letters.all())).toEqual([]);
    expect((await letters.find([{ partition: 1, offset: 0 }])).missing).toMatchObject([
      { message: `Partition 1 of ${topics.letters} holds no letter.` },
    ]);
    await expect(all(new DeadLetterTopic(log, 'nowhere').all())).rejects.toThrow(TopicMissing);
    const book = await ReplayBook.open(log, { replays: 'nowhere', identity: '' });
    expect(book.of({ partition: 0, offset: 0 })).toEqual([]);
  });
}
