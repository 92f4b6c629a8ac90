import { fraction } from '../fraction';
import { NoValue } from '../no-value';
import { having, totalOf } from '../reading';
import { unitsOf, type Look, type Measured } from './look';

/** `sum`: the total of the facts that have the field; 0 where none has. */
export function sum(look: Look, field: string): Measured {
  const facts = having(look.windowFacts, field);
  const { unit, units } = unitsOf(look, field, facts);
  return { value: fraction(totalOf(units), 10n ** BigInt(unit.scale)), unit, facts };
}

/** `average`: the total divided by how many facts have the field. */
export function average(look: Look, field: string): Measured {
  const facts = having(look.windowFacts, field);
  if (facts.length === 0) throw new NoValue('nothing-measured');
  const { unit, units } = unitsOf(look, field, facts);
  return { value: fraction(totalOf(units), 10n ** BigInt(unit.scale) * BigInt(facts.length)), unit, facts };
}
