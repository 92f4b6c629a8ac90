import { entryOf, NameIndex } from './names';

describe('the index of names', () => {
  it('finds what stands behind an entry that was removed', () => {
    const index = new NameIndex([]);
    for (const ref of [0, 1, 2]) index.add(entryOf(5, ref));
    index.remove(entryOf(5, 0));
    expect([0, 1, 2].map((ref) => index.find(5, (one) => one === ref))).toEqual([0, entryOf(5, 1), entryOf(5, 2)]);
  });
});
