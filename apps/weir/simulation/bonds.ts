import type { DayOfYear } from './calendar';
import type { Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import type { Profile } from './population';
import type { Random } from './random';

const hour = 3_600_000;
const listed: readonly [string, ...string[]] = ['250016', '250021', '260001', '260003', '260004', '260007'];

/** The code of one of the book-entry treasury bonds that the bank deals in. */
export function bondOf(random: Random): string {
  return random.pick(listed);
}

/** One bond bought (money goes out) or sold. */
export function bondTrade(
  profile: Profile,
  { bond, ...trade }: { at: number; amount: number; direction: 'in' | 'out'; bond: string },
): Draft {
  return {
    ...accountOf(profile),
    source: 'core-banking',
    kind: 'transaction',
    type: 'bond-trade',
    channel: 'ebank',
    currency: 'CNY',
    deviceId: profile.devices[0],
    attributes: { ...attributesOf(profile, true), bond },
    ...trade,
  };
}

/** Who can spare money puts some into bonds now and then, and sells some; on working days while the counter deals. */
export function bondDay(random: Random, profile: Profile, today: DayOfYear): Draft[] {
  if (today.resting || profile.second || profile.edition !== 'certificate') return [];
  if (!random.chance(profile.persona === 'wealthy' ? 500 : profile.persona === 'salaried' ? 25 : 0)) return [];
  const at = 10 * hour + random.between(0, 5 * hour);
  const amount = random.between(10, profile.persona === 'wealthy' ? 300 : 60) * 100_000;
  return [bondTrade(profile, { at, amount, direction: random.chance(3_500) ? 'in' : 'out', bond: bondOf(random) })];
}
