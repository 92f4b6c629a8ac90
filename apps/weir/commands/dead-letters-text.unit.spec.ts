import { table, wrapped } from './dead-letters-text';

describe('a table', () => {
  const form = { right: ['BYTES'], width: 30, leastLast: 5 };

  it('has columns as wide as they must be, numbers at the right, the last one cut at the end of the screen', () => {
    const rows = [
      ['0/1', '7', 'short'],
      ['12/345', '1048576', 'a message that is too long'],
    ];
    expect([...table(['LETTER', 'BYTES', 'MESSAGE'], rows, form)]).toEqual([
      'LETTER    BYTES  MESSAGE',
      '0/1           7  short',
      '12/345  1048576  a message th…',
    ]);
  });

  it('gives the last column its least room where the screen is too narrow', () => {
    expect([...table(['A', 'B'], [['x'.repeat(40), 'abcdefgh']], form)].at(-1)).toBe(`${'x'.repeat(40)}  abcd…`);
  });
});

describe('wrapped text', () => {
  it('is broken between words', () => {
    expect(wrapped('one two  three four', 9)).toEqual(['one two', 'three', 'four']);
  });

  it('leaves a longer word by itself', () => {
    expect(wrapped('a abcdefghijkl b', 5)).toEqual(['a', 'abcdefghijkl', 'b']);
    expect(wrapped('', 5)).toEqual([]);
  });
});
