/** Bits of a name's hash that stand above a reference in one number: together they are exact. */
const hashBits = 21;
const refSpan = 2 ** 32;

/** A fact by the hash of its name and its reference, as one whole number above 0. */
export function entryOf(hash: number, ref: number): number {
  return (hash + 1) * refSpan + ref;
}

export const refOf = (entry: number): number => entry % refSpan;
const hashOf = (entry: number): number => Math.floor(entry / refSpan) - 1;

/** Hash of a fact's name, in [0, 2^21 - 1). FNV-1a over its UTF-16 units, with a last mix. */
export function nameHash(source: string, id: string): number {
  let hash = 0x811c9dc5 ^ source.length;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash ^= hash >>> 13;
  return (hash >>> 0) % (2 ** hashBits - 1);
}

/** Lowest and highest entry that a hash can have. */
export const firstEntry = (hash: number): number => entryOf(hash, 0);
export const lastEntry = (hash: number): number => entryOf(hash, refSpan - 1);

/** Entries by their hashes: a table with open addressing and linear probing, at most half full. */
export class NameIndex {
  private slots: Float64Array;
  private held = 0;

  /** @param entries what it begins with */
  constructor(entries: readonly number[]) {
    this.slots = new Float64Array(sizeFor(entries.length));
    for (const entry of entries) this.put(entry);
  }

  add(entry: number): void {
    if ((this.held + 1) * 2 > this.slots.length) this.grow();
    this.put(entry);
  }

  /** The first entry of this hash for which `is` holds of its reference; 0 where there is none. */
  find(hash: number, is: (ref: number) => boolean): number {
    const [first, last] = [firstEntry(hash), lastEntry(hash)];
    for (let at = this.home(hash); ; at = this.next(at)) {
      const entry = this.slots[at] ?? 0;
      if (entry === 0) return 0;
      if (entry >= first && entry <= last && is(refOf(entry))) return entry;
    }
  }

  remove(entry: number): void {
    let at = this.home(hashOf(entry));
    while (this.slots[at] !== entry) {
      if (this.slots[at] === 0) return;
      at = this.next(at);
    }
    this.held--;
    // Entries behind the gap that could stand before it move up, so that none is cut off from its home.
    for (let from = this.next(at); this.slots[from] !== 0; from = this.next(from)) {
      const other = this.slots[from] ?? 0;
      if (this.distance(this.home(hashOf(other)), from) < this.distance(at, from)) continue;
      this.slots[at] = other;
      at = from;
    }
    this.slots[at] = 0;
  }

  private put(entry: number): void {
    let at = this.home(hashOf(entry));
    while (this.slots[at] !== 0) at = this.next(at);
    this.slots[at] = entry;
    this.held++;
  }

  private grow(): void {
    const entries = this.slots.filter((entry) => entry !== 0);
    this.slots = new Float64Array(this.slots.length * 2);
    this.held = 0;
    for (const entry of entries) this.put(entry);
  }

  /** Where the search for a hash begins: spread over the whole table, whatever its size. */
  private home(hash: number): number {
    return (Math.imul(hash, 0x9e3779b1) >>> 0) % this.slots.length;
  }

  private next(at: number): number {
    return at + 1 === this.slots.length ? 0 : at + 1;
  }

  private distance(from: number, to: number): number {
    return to >= from ? to - from : to + this.slots.length - from;
  }
}

const sizeFor = (entries: number): number => 2 ** Math.ceil(Math.log2(Math.max(16, entries * 3)));
