import { fraction } from '../fraction';
import { NoValue } from '../no-value';
import { nameOf } from '../order';
import { plain } from '../reading';
import type { Look, Measured } from './look';

const lengths = { days: 86_400_000n, hours: 3_600_000n, minutes: 60_000n } as const;

/** `idle`: the time from the last window fact before the triggering one. */
export function idle({ fact, windowFacts }: Look, unit: keyof typeof lengths): Measured {
  const last = windowFacts.filter((other) => nameOf(other) !== nameOf(fact)).at(-1);
  if (last === undefined) throw new NoValue('nothing-measured');
  const silence = BigInt(fact.occurredAt) - BigInt(last.occurredAt);
  return { value: fraction(silence, lengths[unit]), unit: plain, facts: [last, fact] };
}
