import { fraction } from '../fraction';
import { NoValue } from '../no-value';
import { having, plain, totalOf } from '../reading';
import { alike, unitsOf, type Look, type Measured } from './look';

/** `share`: the part of the whole that falls to the fact's own value of the field, by number or by the total of `of`. */
export function share(look: Look, field: string, of: string | undefined): Measured {
  const all = having(look.windowFacts, field, ...(of === undefined ? [] : [of]));
  const facts = alike(look.fact, field, all);
  const units = of === undefined ? all.map(() => 1n) : unitsOf(look, of, all).units;
  const total = totalOf(units);
  const part = totalOf(all.map((one, at) => (facts.includes(one) ? (units[at] ?? 0n) : 0n)));
  if (total <= 0n) throw new NoValue('nothing-measured');
  return { value: fraction(part, total), unit: plain, facts };
}
