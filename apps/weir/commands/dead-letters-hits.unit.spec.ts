import { hitExample } from '@weir/contracts';
import type { Letter, ReadAgain } from '@weir/intake';
import { hitsAgain } from './dead-letters-hits';

const state = Buffer.from(JSON.stringify(hitExample));

const letter = (original: Buffer, key: string | null): Letter => ({
  id: { partition: 0, offset: 0 },
  at: 0,
  reason: 'invalid-value',
  message: '',
  origin: 'weir.hits.v1/3/17',
  key: key === null ? null : Buffer.from(key),
  original,
  length: original.length,
  sha256: null,
});
const recordsOf = (read: ReadAgain) => (read.outcome === 'readable' ? read.records : []);

describe('a letter of the hits topic', () => {
  it('is refused again as alerting refuses it', () => {
    const broken = Buffer.from(JSON.stringify({ ...hitExample, severity: 'huge' }));
    expect(hitsAgain.read(letter(broken, 'K'), null)).toMatchObject({
      outcome: 'refused',
      flaws: [{ reason: 'invalid-value', message: expect.stringContaining('severity') as string }],
    });
  });

  it('goes back under its key', () => {
    expect(recordsOf(hitsAgain.read(letter(state, '["r","A"]'), null))).toEqual([
      { key: Buffer.from('["r","A"]'), value: state },
    ]);
    expect(recordsOf(hitsAgain.read(letter(Buffer.from('{'), 'K'), state))).toEqual([
      { key: Buffer.from('K'), value: state },
    ]);
  });

  it('that had no key goes back to its partition: the key of the letter is a stand-in', () => {
    expect(recordsOf(hitsAgain.read(letter(state, 'weir.hits.v1/3'), null))).toEqual([
      { key: null, value: state, partition: 3 },
    ]);
  });

  it('is sent only by its id', () => {
    expect([hitsAgain.topic, hitsAgain.onlyByName]).toEqual(['weir.hits.v1', true]);
  });
});
