import type { Fact } from './fact';

/** The part of a fact that its place in the order depends on. */
export type Ordered = Pick<Fact, 'occurredAt' | 'source' | 'id'>;

/** The name of a fact: two facts are the same fact exactly when they share it. */
export function factName(fact: Pick<Fact, 'source' | 'id'>): string {
  return `${fact.source.length}:${fact.source}${fact.id}`;
}

/**
 * The total order of facts: by (occurredAt, source, id), text by its UTF-8 bytes. Negative where a stands before b,
 * zero only for two facts of one name and time.
 */
export function compareFacts(a: Ordered, b: Ordered): number {
  return a.occurredAt - b.occurredAt || compareBytes(a.source, b.source) || compareBytes(a.id, b.id);
}

/**
 * Order of UTF-8 bytes, which is the order of code points. UTF-16 units agree with it but for surrogates, which stand
 * below U+E000 to U+FFFF as units and above them as code points.
 */
function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
