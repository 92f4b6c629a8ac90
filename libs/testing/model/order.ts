import type { Fact } from '@weir/domain';

/** The total order of facts (SEMANTICS 2): time, then source, then id, texts by their UTF-8 bytes. */
export function inOrder(a: Fact, b: Fact): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  const bySource = Buffer.compare(Buffer.from(a.source, 'utf8'), Buffer.from(b.source, 'utf8'));
  if (bySource !== 0) return bySource;
  return Buffer.compare(Buffer.from(a.id, 'utf8'), Buffer.from(b.id, 'utf8'));
}

/** True where `a` stands before `b`, or is `b`. */
export function atOrBefore(a: Fact, b: Fact): boolean {
  return inOrder(a, b) <= 0;
}

/** What names a fact (SEMANTICS 1), as one text. */
export function nameOf(fact: Fact): string {
  return JSON.stringify([fact.source, fact.id]);
}
