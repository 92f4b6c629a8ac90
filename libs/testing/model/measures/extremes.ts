import { fraction } from '../fraction';
import { NoValue } from '../no-value';
import { having } from '../reading';
import { unitsOf, type Look, type Measured } from './look';

function extreme(look: Look, field: string, better: (a: bigint, b: bigint) => boolean): Measured {
  const facts = having(look.windowFacts, field);
  const { unit, units } = unitsOf(look, field, facts);
  const [first, ...others] = units;
  if (first === undefined) throw new NoValue('nothing-measured');
  const found = others.reduce((best, one) => (better(one, best) ? one : best), first);
  return { value: fraction(found, 10n ** BigInt(unit.scale)), unit, facts };
}

/** `max`: the largest value of the field. */
export function max(look: Look, field: string): Measured {
  return extreme(look, field, (a, b) => a > b);
}

/** `min`: the smallest value of the field. */
export function min(look: Look, field: string): Measured {
  return extreme(look, field, (a, b) => a < b);
}
