import fc from 'fast-check';
import { fromStored, toStored } from './storable-text';

/** Text rich in the two characters that are written otherwise. */
const text = fc.string({ unit: fc.constantFrom('\0', '\x01', '\x02', 'a', '中', '😀') });

describe('stored text', () => {
  it('holds no U+0000 and is read back as it was', () => {
    fc.assert(
      fc.property(text, (original) => {
        const stored = toStored(original);
        expect(stored).not.toContain('\0');
        expect(fromStored(stored)).toBe(original);
      }),
    );
  });

  it('sorts by bytes like the original', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const compare = (x: string, y: string): number => Buffer.compare(Buffer.from(x), Buffer.from(y));
        expect(compare(toStored(a), toStored(b))).toBe(compare(a, b));
      }),
    );
  });
});
