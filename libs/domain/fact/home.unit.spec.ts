import fc from 'fast-check';
import { homePartition, murmur2 } from './home';

describe('the partition of a key', () => {
  it('given any key, is that of the hash over its UTF-8 bytes, whatever key came before', () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
      fc.constantFrom(
        '',
        '\u007f',
        '\u0080',
        '\ud800',
        'a'.repeat(63),
        'a'.repeat(64),
        'a'.repeat(65),
        '\u5ba2'.repeat(64),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 1_000 }),
        (keys, partitions) => {
          for (const one of keys) {
            expect(homePartition(one, partitions)).toBe((murmur2(Buffer.from(one, 'utf8')) & 0x7fffffff) % partitions);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('given more bytes than are to be hashed, leaves the others out', () => {
    expect(murmur2(Buffer.from('foobar and more'), 6)).toBe(murmur2(Buffer.from('foobar')));
  });
});
