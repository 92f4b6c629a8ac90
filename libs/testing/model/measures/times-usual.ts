import { fieldOf } from '../field';
import { fraction } from '../fraction';
import { NoValue } from '../no-value';
import { nameOf } from '../order';
import { having, plain, totalOf } from '../reading';
import { unitsOf, type Look, type Measured } from './look';

/** `timesUsual`: the fact's own value divided by the mean of the window facts before it. */
export function timesUsual(look: Look, field: string, history: number): Measured {
  const { fact, windowFacts } = look;
  if (fieldOf(fact, field) === undefined) throw new NoValue('nothing-measured');
  const usual = having(windowFacts, field).filter((other) => nameOf(other) !== nameOf(fact));
  if (usual.length < history) throw new NoValue('nothing-measured');
  const { units } = unitsOf(look, field, [...usual, fact]);
  const own = units.at(-1) ?? 0n;
  const total = totalOf(units.slice(0, -1));
  if (total <= 0n) throw new NoValue('nothing-measured');
  return { value: fraction(own * BigInt(usual.length), total), unit: plain, facts: [...usual, fact] };
}
