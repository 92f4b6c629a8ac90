import fc from 'fast-check';
import { KnownTexts } from './known-texts';

const room = 4;

/** A table over memory that texts are put into one after another. */
function tableOf(): { textOf(text: string, hash: number): string; readonly made: number } {
  const bytes = Buffer.alloc(256);
  let made = 0;
  const table = new KnownTexts(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), (start, end) => {
    made++;
    return bytes.toString('latin1', start, end);
  });
  return {
    textOf(text, hash) {
      const start = (hash >>> 1) % room;
      bytes.write(text, start, 'latin1');
      return table.textAt(start, start + text.length, hash);
    },
    get made() {
      return made;
    },
  };
}

const ascii = fc.string({ unit: 'binary-ascii', maxLength: 40 });

describe('known texts', () => {
  it('given any texts with whatever hash, gives each as it stands there', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ascii, fc.integer({ min: 0, max: 3 })), { maxLength: 40 }), (texts) => {
        const table = tableOf();
        for (const [text, hash] of texts) expect(table.textOf(text, hash)).toBe(text);
      }),
    );
  });

  it.each(['a', 'abcd', 'transfer', 'cash-withdrawal!'])('given "%s" again, does not make it anew', (text) => {
    const table = tableOf();
    table.textOf(text, 5);
    table.textOf('x'.repeat(40), 5);

    expect(table.textOf(text, 5)).toBe(text);
    expect(table.made).toBe(2);
  });

  it('given a text of the same place, keeps the newer one', () => {
    const table = tableOf();
    for (const text of ['abcd', 'abce', 'abce', 'abcd']) table.textOf(text, 9);

    expect(table.made).toBe(3);
  });
});
