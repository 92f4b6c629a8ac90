import type { ConditionDocument } from '@weir/contracts';
import { allHold } from '../condition';
import { countOf, type Look, type Measured } from './look';

/** `run`: how many window facts stand after the newest fact of the window that ends the run. */
export function run(
  { inWindow, windowFacts, references }: Look,
  until: readonly ConditionDocument[] | undefined,
): Measured {
  const ends = inWindow.map(
    (fact) => !windowFacts.includes(fact) && (until === undefined || allHold(until, fact, references)),
  );
  const after = inWindow.slice(ends.lastIndexOf(true) + 1);
  return countOf(after.filter((fact) => windowFacts.includes(fact)));
}
