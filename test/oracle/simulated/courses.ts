import { Seeded } from '../../harness/seeded';
import type { WrittenFact } from './given';

/** In which order facts arrive, and how often. */
export type Course = 'in order' | 'shuffled' | 'repeated';
export const courses: readonly Course[] = ['in order', 'shuffled', 'repeated'];

/** A repetition comes so long after its fact at most, ms: detection knows names for a day at least. */
const longestRepeat = 12 * 3_600_000;
/** One fact of so many comes again. */
const oneOf = 20;

interface Waiting {
  readonly due: number;
  readonly fact: WrittenFact;
}

/**
 * The facts in the order of their arrival. `shuffled`: each as much later as it pleases, but by no more than the lateness;
 * `repeated`: the same in another order, and one in twenty comes again.
 * @param facts in the order of their time
 * @param lateness ms
 */
export function* arriving(
  course: Course,
  facts: readonly WrittenFact[],
  lateness: number,
  seed: number,
): Generator<WrittenFact, void, undefined> {
  if (course === 'in order') {
    yield* facts;
    return;
  }
  const random = new Seeded(seed + courses.indexOf(course));
  const waiting: Waiting[] = [];
  const inOrder = (a: Waiting, b: Waiting): number => a.due - b.due;
  const settled = function* (until: number): Generator<WrittenFact, void, undefined> {
    waiting.sort(inOrder);
    const after = waiting.findIndex(({ due }) => due >= until);
    for (const { fact } of waiting.splice(0, after === -1 ? waiting.length : after)) yield fact;
  };
  // Sorting what waits at every fact would take most of the time.
  let nextLook = -Infinity;
  for (const fact of facts) {
    if (fact.occurredAt >= nextLook) {
      yield* settled(fact.occurredAt);
      nextLook = fact.occurredAt + lateness / 10;
    }
    const due = fact.occurredAt + random.between(0, lateness);
    waiting.push({ due, fact });
    if (course === 'repeated' && random.below(oneOf) === 0) {
      waiting.push({ due: due + random.between(0, longestRepeat), fact });
    }
  }
  yield* settled(Infinity);
}
