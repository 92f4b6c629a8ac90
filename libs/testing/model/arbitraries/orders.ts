import type { Fact } from '@weir/domain';
import fc from 'fast-check';
import { hour } from './times';

/** Puts facts out of their order, none of them by more than `span` milliseconds behind the newest before it. */
export function shuffledWithin(facts: readonly Fact[], span: number): fc.Arbitrary<Fact[]> {
  const delay = fc.oneof(fc.constantFrom(0, span), fc.integer({ min: 0, max: span }));
  return fc.array(delay, { minLength: facts.length, maxLength: facts.length }).map((delays) =>
    facts
      .map((fact, at) => ({ fact, arrives: fact.occurredAt + (delays[at] ?? 0) }))
      .sort((a, b) => a.arrives - b.arrives)
      .map(({ fact }) => fact),
  );
}

const copy = (fact: Fact): Fact => structuredClone(fact);
const conflicting: ((fact: Fact) => Fact)[] = [
  (fact) => ({ ...fact, occurredAt: fact.occurredAt + 3 * hour }),
  (fact) => ({ ...fact, occurredAt: fact.occurredAt - 1 }),
  (fact) => ({ ...fact, attributes: { ...fact.attributes, other: true } }),
];

/** Repeats some facts at random later places: as they are, or (`conflicts`) under the same name with other content. */
export function repeated(facts: readonly Fact[], conflicts: boolean): fc.Arbitrary<Fact[]> {
  const change = fc.constantFrom(copy, copy, ...(conflicts ? conflicting : []));
  const insertion = fc.tuple(fc.nat(facts.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), change);
  return fc.array(insertion, { maxLength: 6 }).map((insertions) => {
    const all = [...facts];
    for (const [which, where, changed] of insertions) {
      const original = facts[which];
      if (original === undefined) continue;
      const first = all.indexOf(original);
      all.splice(first + 1 + Math.floor(where * (all.length - first)), 0, changed(original));
    }
    return all;
  });
}
