import { counterSpread, drawAmount, supplierSpread, takingsSpread, transferLike } from './amounts';
import type { DayOfYear } from './calendar';
import { batchRhythm, counterRhythm, isDueToday, onlineRhythm } from './calendar';
import type { Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import { transferLegs } from './legs';
import { moment } from './moment';
import type { Population, Profile } from './population';
import { tellerName } from './population';
import type { Random } from './random';

function rate(profile: Profile, usual: number): number {
  return Math.floor((usual * profile.liveliness) / 10_000);
}

function suppliers(random: Random, profile: Profile, today: DayOfYear, population: Population): Draft[] {
  if (today.resting) return [];
  // Bills are paid in the middle of the month and at its end.
  const busy = today.dayOfMonth >= today.lastOfMonth - 2 || (today.dayOfMonth >= 14 && today.dayOfMonth <= 16);
  const count = random.times(rate(profile, busy ? 14_000 : 5_000), 6);
  const deviceId = profile.devices[0];
  const drafts: Draft[] = [];
  if (count > 0) {
    drafts.push({
      ...accountOf(profile),
      at: 9 * 3_600_000 + random.between(0, 1_800_000),
      source: 'ebank-front',
      kind: 'operation',
      type: 'login',
      channel: 'ebank',
      deviceId,
      attributes: attributesOf(profile, true),
    });
  }
  for (let i = 0; i < count; i++) {
    const amount = transferLike(random, drawAmount(random, supplierSpread));
    const at = Math.max(10 * 3_600_000, Math.min(18 * 3_600_000, moment(random, onlineRhythm)));
    drafts.push(
      ...transferLegs(random, population, profile, {
        at: at + random.between(0, 600_000),
        type: 'transfer',
        channel: 'ebank',
        amount,
        deviceId,
      }),
    );
  }
  return drafts;
}

/** What a company's account does in a day, in no order: takings, suppliers, wages, taxes, cash. */
export function businessDay(random: Random, profile: Profile, today: DayOfYear, population: Population): Draft[] {
  const common = {
    ...accountOf(profile),
    source: 'core-banking',
    kind: 'transaction',
    currency: 'CNY',
    attributes: attributesOf(profile, false),
  } as const;
  const drafts = suppliers(random, profile, today, population);
  if (random.chance(rate(profile, 6_000))) {
    drafts.push({
      ...common,
      at: moment(random, batchRhythm),
      type: 'settlement',
      channel: 'batch',
      counterpartyId: 'G-CARD-CLEARING',
      direction: 'in',
      amount: drawAmount(random, takingsSpread),
    });
  }
  if (today.weekday !== 0 && random.chance(rate(profile, 1_200))) {
    const amount = drawAmount(random, counterSpread);
    drafts.push({
      ...common,
      at: moment(random, counterRhythm),
      type: 'cash-deposit',
      channel: 'counter',
      direction: 'in',
      amount: amount - (amount % 1_000),
      tellerId: tellerName(profile.branch, random.below(6)),
    });
  }
  if (profile.second) return drafts;
  if (isDueToday(today, profile.incomeDay)) {
    const staff = random.between(3, 40);
    drafts.push({
      ...common,
      at: 6 * 3_600_000 + random.between(0, 1_800_000),
      type: 'payroll',
      channel: 'batch',
      direction: 'out',
      amount: staff * random.between(480_000, 1_400_000),
    });
  }
  if (isDueToday(today, 14)) {
    drafts.push({
      ...common,
      at: moment(random, batchRhythm),
      type: 'tax',
      channel: 'batch',
      counterpartyId: 'G-TAX-OFFICE',
      direction: 'out',
      amount: random.between(30_000, 6_000_000),
    });
  }
  return drafts;
}
