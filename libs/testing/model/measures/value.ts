import { fieldOf } from '../field';
import { fraction } from '../fraction';
import { NoValue } from '../no-value';
import { totalOf } from '../reading';
import { unitsOf, type Look, type Measured } from './look';

/** `value`: the triggering fact's own. */
export function value(look: Look, field: string): Measured {
  if (fieldOf(look.fact, field) === undefined) throw new NoValue('field-missing');
  const { unit, units } = unitsOf(look, field, [look.fact]);
  return { value: fraction(totalOf(units), 10n ** BigInt(unit.scale)), unit, facts: [look.fact] };
}
