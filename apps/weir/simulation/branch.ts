import type { DayOfYear } from './calendar';
import { counterRhythm } from './calendar';
import type { Draft } from './draft';
import { accountOf } from './draft';
import { moment } from './moment';
import type { Population } from './population';
import { branchName, tellerName } from './population';
import type { Random } from './random';

/** What tellers do that is no transaction: corrections, overrides; and what customers complain about. */
export function branchDay(random: Random, branch: number, today: DayOfYear, population: Population): Draft[] {
  if (today.weekday === 0) return [];
  const branchId = branchName(branch);
  const drafts: Draft[] = [];
  for (let teller = 0; teller < 6; teller++) {
    const common = {
      branchId,
      tellerId: tellerName(branch, teller),
      channel: 'counter',
      source: 'core-banking',
    } as const;
    for (let n = random.times(900, 3); n > 0; n--) {
      const profile = population.profile(random.between(0, population.accounts - 1));
      drafts.push({
        ...accountOf(profile),
        ...common,
        at: moment(random, counterRhythm),
        kind: 'operation',
        type: 'teller-correction',
      });
    }
    if (random.chance(250)) {
      drafts.push({ ...common, at: moment(random, counterRhythm), kind: 'operation', type: 'authorisation-override' });
    }
  }
  if (random.chance(1_200)) {
    const profile = population.profile(random.between(0, population.accounts - 1));
    drafts.push({
      customerId: profile.customerId,
      branchId,
      at: moment(random, counterRhythm),
      source: 'core-banking',
      kind: 'operation',
      type: 'customer-complaint',
      channel: 'counter',
    });
  }
  return drafts;
}
