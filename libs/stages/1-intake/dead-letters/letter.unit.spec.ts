import { headers, keptBytesOfTooLarge } from '@weir/contracts';
import { deadLetterRecord, refuse } from '../refusal';
import { matches, type LetterFilter } from './letter-filter';
import { isTruncated, letterIdText, letterOf, parseLetterId, type Letter } from './letter';
import { sourceOf } from './letter-source';

const at = Date.UTC(2026, 10, 22, 8);

/** The letter of what intake refuses, as it is read back from the topic. */
function written(original: Buffer, reason: 'not-json' | 'too-large', key: Buffer | null = null): Letter {
  const refusal = refuse({ key, value: original }, 'http/r-1/3', { reason, message: 'It is wrong.' });
  const { value, headers: given = {} } = deadLetterRecord(refusal);
  return letterOf(2, { offset: 17, key, value, headers: given, timestamp: at });
}

describe('a dead letter', () => {
  it('is read back as intake wrote it', () => {
    const letter = written(Buffer.from('{'), 'not-json', Buffer.from('6222'));
    expect(letter).toEqual({
      id: { partition: 2, offset: 17 },
      at,
      reason: 'not-json',
      message: 'It is wrong.',
      origin: 'http/r-1/3',
      key: Buffer.from('6222'),
      original: Buffer.from('{'),
      length: 1,
      sha256: null,
    });
    expect(isTruncated(letter)).toBe(false);
  });

  it('says that it is cut, and what it was', () => {
    const letter = written(Buffer.alloc(100_000, 'x'), 'too-large');
    expect([letter.original.length, letter.length, letter.sha256?.length]).toEqual([keptBytesOfTooLarge, 100_000, 64]);
    expect(isTruncated(letter)).toBe(true);
  });

  it('that is too large only by the number of its facts is whole', () => {
    const letter = written(Buffer.from('[{},{}]'), 'too-large');
    expect([isTruncated(letter), letter.sha256]).toEqual([false, null]);
  });

  it('that somebody else has written is one all the same, with nothing believed that is not so', () => {
    const record = { offset: 1, key: null, value: null, timestamp: at };
    expect(letterOf(0, { ...record, headers: {} })).toMatchObject({ reason: null, message: '', origin: '', length: 0 });
    const forged = {
      [headers.reason]: 'because',
      [headers.length]: '-5',
      [headers.sha256]: '\u001b[2J',
    };
    expect(letterOf(0, { ...record, value: Buffer.from('abc'), headers: forged })).toMatchObject({
      reason: null,
      length: 3,
      sha256: null,
    });
  });
});

describe('the id of a letter', () => {
  it('is written as partition and offset, and read back', () => {
    expect(letterIdText({ partition: 2, offset: 17 })).toBe('2/17');
    expect(parseLetterId('2/17')).toEqual({ partition: 2, offset: 17 });
  });

  it.each(['', '2', '2/', '/17', '-1/2', '2/17/3', ' 2/17', '1e3/4', '2/9999999999999999'])('is not "%s"', (text) => {
    expect(parseLetterId(text)).toBeNull();
  });
});

describe('where a letter came from', () => {
  it.each([
    ['weir.facts.v1/3/120', { kind: 'log', topic: 'weir.facts.v1', partition: 3, offset: 120 }],
    ['http/5f0c-1/0', { kind: 'http', request: '5f0c-1', index: 0 }],
    ['http/12/3', { kind: 'http', request: '12', index: 3 }],
    ['file/17', { kind: 'file', line: 17 }],
    ['', { kind: 'unknown' }],
    ['weir.facts.v1', { kind: 'unknown' }],
    ['a b/1/2', { kind: 'unknown' }],
    ['weir.facts.v1/x/2', { kind: 'unknown' }],
  ])('%s', (origin, source) => {
    expect(sourceOf(origin)).toEqual(source);
  });
});

describe('choosing letters', () => {
  const letter = written(Buffer.from('{'), 'not-json');
  const all: LetterFilter = { reasons: [], since: null, until: null, origin: null };

  it.each<[Partial<LetterFilter>, boolean]>([
    [{}, true],
    [{ reasons: ['too-deep', 'not-json'] }, true],
    [{ reasons: ['too-deep'] }, false],
    [{ since: at }, true],
    [{ since: at + 1 }, false],
    [{ until: at + 1 }, true],
    [{ until: at }, false],
    [{ origin: 'r-1' }, true],
    [{ origin: 'r-2' }, false],
    [{ reasons: ['not-json'], since: at, until: at + 1, origin: 'http/' }, true],
    [{ reasons: ['not-json'], origin: 'file/' }, false],
  ])('by %j: %s', (filter, wanted) => {
    expect(matches(letter, { ...all, ...filter })).toBe(wanted);
  });

  it('by reason never means one that says none', () => {
    expect(matches({ ...letter, reason: null }, { ...all, reasons: ['not-json'] })).toBe(false);
  });
});
