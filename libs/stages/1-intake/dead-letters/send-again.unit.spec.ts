import { deadLetterReplaysSchema, headers, topics, type DeadLetterReplays } from '@weir/contracts';
import { RecordTooLarge, type Batch, type NewRecord, type Position } from '@weir/platform/record-log';
import type { Letter } from './letter';
import type { ReaderAgain } from './reader-again';
import { ReplayBook } from './replay-book';
import { sendAgain, type SendAgainPorts, type SendAgainSettings } from './send-again';
import { SendAgainFailed, type SendOutcome } from './send-outcome';

const now = Date.UTC(2026, 10, 22, 12);
const own: SendAgainSettings = { mended: null, again: false, dryRun: false, byName: true };

/** A log in memory that fails where it is told to. */
class MemoryLog {
  readonly sent: { topic: string; record: NewRecord }[] = [];
  failing: (topic: string, record: NewRecord) => Error | null = () => null;

  send(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const failure = records.map((record) => this.failing(topic, record)).find((one) => one !== null);
    if (failure !== undefined) return Promise.reject(failure);
    const offset = this.sent.filter((one) => one.topic === topic).length;
    this.sent.push(...records.map((record) => ({ topic, record })));
    return Promise.resolve(records.map((_, index) => ({ partition: 0, offset: offset + index })));
  }

  async *readAll(topic: string): AsyncIterable<Batch> {
    const records = this.of(topic).map(({ key, value }, offset) => ({
      offset,
      key,
      value,
      headers: {},
      timestamp: now,
    }));
    if (records.length > 0) yield await Promise.resolve({ topic, partition: 0, records, high: records.length });
  }

  of(topic: string): readonly NewRecord[] {
    return this.sent.filter((one) => one.topic === topic).map(({ record }) => record);
  }
}

/** Reads everything but what says `bad`; several records where there are commas. */
const reader = (topic: string, onlyByName: boolean): ReaderAgain => ({
  topic,
  onlyByName,
  read: ({ original, key }, mended) => {
    const text = (mended ?? original).toString();
    if (text.includes('bad')) return { outcome: 'refused', flaws: [{ reason: 'not-json', message: text, part: null }] };
    return {
      outcome: 'readable',
      records: text.split(',').map((value) => ({ key, value: Buffer.from(value) })),
      oldest: now,
    };
  },
});

let offset = 0;
function letter(original: string, more: Partial<Letter> = {}): Letter {
  const value = Buffer.from(original);
  return {
    id: { partition: 0, offset: offset++ },
    at: now,
    reason: 'not-json',
    message: '',
    origin: 'facts/1/2',
    key: Buffer.from('K'),
    original: value,
    length: value.length,
    sha256: null,
    ...more,
  };
}

async function given(log = new MemoryLog()) {
  const book = await ReplayBook.open(log, { replays: topics.deadLetterReplays, identity: 'cluster/1' });
  const ports: SendAgainPorts = {
    log,
    book,
    readers: [reader('facts', false), reader('hits', true)],
    clock: () => now,
    deadLettersTopic: 'letters',
  };
  return {
    log,
    book,
    send: (letters: readonly Letter[], settings: Partial<SendAgainSettings> = {}) =>
      sendAgain(letters, { ...own, ...settings }, ports),
  };
}

const entriesOf = (log: MemoryLog): DeadLetterReplays[] =>
  log.of(topics.deadLetterReplays).map(({ value }) => deadLetterReplaysSchema.parse(JSON.parse(String(value))));
const endsOf = (outcomes: readonly SendOutcome[]) =>
  outcomes.map((one) => (one.outcome === 'not-sent' ? one.why : one.outcome));

describe('sending letters again', () => {
  it('sends what would be read, says which letter it was made from, and enters it in the book', async () => {
    const { log, book, send } = await given();
    const [good, bad] = [letter('good'), letter('bad')];

    const outcomes = await send([good, bad]);

    expect(endsOf(outcomes)).toEqual(['sent', 'refused-again']);
    expect(log.of('facts')).toEqual([
      {
        key: good.key,
        value: Buffer.from('good'),
        headers: { [headers.repairedFrom]: `letters/0/${good.id.offset}` },
      },
    ]);
    expect(entriesOf(log)).toEqual([
      {
        letter: `0/${good.id.offset}`,
        identity: 'cluster/1',
        replays: [
          {
            at: '2026-11-22T12:00:00.000Z',
            to: ['facts/0/0'],
            mended: false,
            sha256: '770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c',
          },
        ],
      },
    ]);
    expect([book.of(good.id).length, book.of(bad.id).length]).toEqual([1, 0]);
    expect(book.letterBehind('facts/0/0')).toEqual(good.id);
  });

  it('goes by where a letter came from', async () => {
    const { log, send } = await given();
    const origins = ['http/r/0', 'file/7', 'hits/0/1', 'old.facts/0/1', ''];

    const outcomes = await send(origins.map((origin) => letter('good', { origin })));

    expect(endsOf(outcomes)).toEqual(['sent', 'sent', 'sent', 'foreign-origin', 'foreign-origin']);
    expect([log.of('facts').length, log.of('hits').length]).toEqual([2, 1]);
    expect(outcomes.slice(3).map((one) => (one.outcome === 'not-sent' ? one.message : ''))).toEqual([
      expect.stringContaining('the topic old.facts; letters are sent again to facts and hits'),
      expect.stringContaining('another program than Weir'),
    ]);
  });

  it('leaves letters to be sent only by name alone where they were chosen by reason', async () => {
    const { log, send } = await given();
    expect(endsOf(await send([letter('good', { origin: 'hits/0/1' })], { byName: false }))).toEqual(['only-by-name']);
    expect(log.sent).toEqual([]);
  });

  it('refuses a second time, also in another process, unless it is wanted', async () => {
    const { log, send } = await given();
    const one = letter('good');
    await send([one]);
    const other = await given(log);

    expect(endsOf([...(await send([one])), ...(await other.send([one], { dryRun: true }))])).toEqual([
      'replayed-before',
      'replayed-before',
    ]);
    expect(log.of('facts')).toHaveLength(1);
    expect(endsOf(await other.send([one], { again: true, mended: Buffer.from('better,best') }))).toEqual(['sent']);
    expect(other.book.of(one.id).map(({ to, mended }) => [to, mended])).toEqual([
      [['facts/0/0'], false],
      [['facts/0/1', 'facts/0/2'], true],
    ]);
  });

  it('refuses what was cut, unless the whole of it is given', async () => {
    const { send } = await given();
    const cut = letter('good', { length: 70_000 });
    expect(endsOf(await send([cut]))).toEqual(['truncated']);
    expect(endsOf(await send([cut], { mended: Buffer.from('whole') }))).toEqual(['sent']);
  });

  it('only tells, where that is wanted', async () => {
    const { log, send } = await given();
    expect(endsOf(await send([letter('good'), letter('bad')], { dryRun: true }))).toEqual([
      'would-send',
      'refused-again',
    ]);
    expect(log.sent).toEqual([]);
  });

  it('goes on where a topic does not take one', async () => {
    const { log, send } = await given();
    log.failing = (topic, { value }) => (String(value) === 'big' ? new RecordTooLarge(topic, 9) : null);
    const [big, good, other] = [letter('big'), letter('good'), letter('x,y')];
    const outcomes = await send([big, good, other]);
    expect(endsOf(outcomes)).toEqual(['record-too-large', 'sent', 'sent']);
    expect(outcomes.map((one) => (one.outcome === 'sent' ? one.to.length : 0))).toEqual([0, 1, 2]);
    expect(entriesOf(log).map((entry) => entry.letter)).toEqual([`0/${good.id.offset}`, `0/${other.id.offset}`]);
  });

  it('where the log fails in between, enters and tells what was sent', async () => {
    const { log, book, send } = await given();
    log.failing = (_topic, { value }) => (String(value) === 'lost' ? new Error('The broker is gone.') : null);
    const [lost, hit, bad] = [letter('lost'), letter('good', { origin: 'hits/0/1' }), letter('bad')];

    const failure: unknown = await send([lost, hit, bad]).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(SendAgainFailed);
    expect(failure).toMatchObject({ code: 'send-again-failed', message: 'The broker is gone.' });
    expect(endsOf((failure as SendAgainFailed).outcomes)).toEqual(['sent', 'refused-again']);
    expect([book.of(lost.id).length, book.of(hit.id).length]).toEqual([0, 1]);
  });

  it('where the book cannot be written, tells what was sent; it counts as not sent', async () => {
    const { log, book, send } = await given();
    log.failing = (topic) => (topic === topics.deadLetterReplays ? new Error('No room.') : null);
    const one = letter('good');
    const failure: unknown = await send([one]).catch((error: unknown) => error);
    expect(endsOf((failure as SendAgainFailed).outcomes)).toEqual(['sent']);
    expect(book.of(one.id)).toEqual([]);
  });
});

describe('the book', () => {
  it('leaves out what is said of a topic of the same name that was made anew, and what is no entry', async () => {
    const { log, send } = await given();
    const one = letter('good');
    await send([one]);
    await log.send(topics.deadLetterReplays, [
      { key: Buffer.from('9/9'), value: Buffer.from('{') },
      { key: Buffer.from('9/8'), value: Buffer.from('{"letter":"9/8"}') },
    ]);

    const anew = await ReplayBook.open(log, { replays: topics.deadLetterReplays, identity: 'cluster/2' });
    expect([anew.of(one.id), anew.letterBehind('facts/0/0'), anew.unreadable]).toEqual([[], null, 2]);
  });

  it('forgets what is taken back by a record without a value', async () => {
    const { log, send } = await given();
    const one = letter('good');
    await send([one]);
    await log.send(topics.deadLetterReplays, [{ key: Buffer.from(`0/${one.id.offset}`), value: null }]);
    const later = await ReplayBook.open(log, { replays: topics.deadLetterReplays, identity: 'cluster/1' });
    expect(later.of(one.id)).toEqual([]);
  });

  it('keeps the newest twenty replays of a letter', async () => {
    const { book, send } = await given();
    const one = letter('good');
    for (let i = 0; i < 22; i++) await send([one], { again: true });
    expect(book.of(one.id).map(({ to }) => to[0])).toEqual(Array.from({ length: 20 }, (_, i) => `facts/0/${i + 2}`));
  });
});
