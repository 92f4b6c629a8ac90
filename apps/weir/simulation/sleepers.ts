import type { DayOfYear } from './calendar';
import type { Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import type { Behaviour } from './abnormal';
import type { Planting } from './planted';
import type { Population, Profile } from './population';
import { foreignAccountNumber, streams } from './population';
import { Random } from './random';

const hour = 3_600_000;
/** Days of silence, at least and at most. */
const [least, most] = [61, 70];

/**
 * An account on which nothing is done for months, and then much: each time it wakes it buys something small too, and falls
 * silent again. It keeps its own time, since no other behaviour lasts as long.
 */
export const sleeping: Behaviour = {
  name: 'silent-account-wakes',
  rules: ['abnormal-dormant-wakes'],
  about: 'accountId',
  days: most + 1,
  fits: ({ sleeper }) => sleeper,
  play: () => [],
};

/** What an account that sleeps does today, as parts of plantings: the end of one silence, the beginning of the next. */
export function wakesToday(
  population: Population,
  profile: Profile,
  today: DayOfYear,
): { planting: Planting; drafts: Draft[] }[] {
  const own = new Random(population.seed, streams.sleepers, profile.index);
  const silence = own.between(least, most);
  const since = today.day + own.below(silence);
  if (since % silence !== 0) return [];
  const random = new Random(population.seed, streams.sleepers, profile.index, today.day);
  const planting = (startDay: number): Planting => ({
    name: `silent/${profile.index}/${startDay}`,
    behaviour: { ...sleeping, days: silence + 1 },
    profile,
    startDay,
  });
  const common = {
    ...accountOf(profile),
    source: 'core-banking',
    kind: 'transaction',
    direction: 'out',
    currency: 'CNY',
  } as const;
  const at = 9 * hour + random.between(0, 9 * hour);
  const wakes: Draft = {
    ...common,
    at,
    type: 'transfer',
    channel: profile.edition === 'certificate' ? 'ebank' : 'mobile',
    counterpartyId: foreignAccountNumber(random),
    amount: random.between(120, 450) * 10_000,
    deviceId: profile.devices[0],
    attributes: attributesOf(profile, true),
  };
  const buys: Draft = {
    ...common,
    at: at + random.between(hour, 3 * hour),
    type: 'payment',
    channel: 'pos',
    counterpartyId: 'M00001',
    amount: random.between(20, 400) * 100,
    deviceId: 'POS-00001',
    attributes: attributesOf(profile, false),
  };
  return [
    { planting: planting(today.day - silence), drafts: [wakes] },
    { planting: planting(today.day), drafts: [buys] },
  ];
}
