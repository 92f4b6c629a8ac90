import type { DayOfYear } from './calendar';
import { counterRhythm } from './calendar';
import type { Attributes, Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import { moment } from './moment';
import type { Population, Profile } from './population';
import { branchName, livelyProfile, tellerName, tellersAtCounter } from './population';
import type { Random } from './random';

const minute = 60_000;
const hour = 60 * minute;

/** Something a teller does that is no transaction. */
export function counterOperation(
  branch: number,
  done: {
    readonly at: number;
    readonly type: string;
    readonly tellerId: string;
    readonly customerId?: string;
    readonly accountId?: string;
    readonly attributes?: Attributes;
  },
): Draft {
  return { branchId: branchName(branch), channel: 'counter', source: 'core-banking', kind: 'operation', ...done };
}

/** A transaction that a teller takes back: the money returns to the account. */
export function reversal(of: Profile, done: { at: number; tellerId: string; amount: number }): Draft {
  return {
    ...accountOf(of),
    branchId: `B${done.tellerId.slice(1, 3)}`,
    source: 'core-banking',
    kind: 'transaction',
    type: 'reversal',
    channel: 'counter',
    direction: 'in',
    currency: 'CNY',
    attributes: attributesOf(of, false),
    ...done,
  };
}

/** What two must do together: the vault is opened, cash boxes are handed over, seals and blank vouchers are used. */
function custody(random: Random, branch: number): Draft[] {
  const together = (type: string, at: number): Draft => {
    const first = random.below(tellersAtCounter);
    const second = (first + 1 + random.below(tellersAtCounter - 1)) % tellersAtCounter;
    return counterOperation(branch, {
      at,
      type,
      tellerId: tellerName(branch, first),
      attributes: { secondSigner: tellerName(branch, second) },
    });
  };
  return [
    together('vault-opening', 9 * hour + random.between(0, 8 * minute)),
    together('cash-box-handover', 9 * hour + random.between(8 * minute, 20 * minute)),
    ...Array.from({ length: random.times(14_000, 4) }, () => together('seal-use', moment(random, counterRhythm))),
    ...Array.from({ length: random.times(3_000, 2) }, () =>
      together('blank-voucher-release', moment(random, counterRhythm)),
    ),
    ...(random.chance(3_000) ? [together('machine-replenishment', 11 * hour + random.between(0, 4 * hour))] : []),
    together('cash-box-handover', 16 * hour + random.between(40 * minute, 59 * minute)),
  ];
}

/** What one teller does for customers in a day besides taking and giving money. */
function tellerDay(random: Random, branch: number, teller: number, population: Population): Draft[] {
  const tellerId = tellerName(branch, teller);
  const customer = (): Profile => livelyProfile(random, population);
  const at = (): number => moment(random, counterRhythm);
  const drafts: Draft[] = [];
  for (let n = random.times(900, 3); n > 0; n--) {
    const { accountId, customerId } = customer();
    drafts.push(counterOperation(branch, { at: at(), type: 'teller-correction', tellerId, accountId, customerId }));
  }
  if (random.chance(250))
    drafts.push(reversal(customer(), { at: at(), tellerId, amount: random.between(10, 1_500) * 1_000 }));
  if (random.chance(250)) drafts.push(counterOperation(branch, { at: at(), type: 'authorisation-override', tellerId }));
  for (let n = random.times(2_500, 3); n > 0; n--) {
    const checker = (teller + 1 + random.below(tellersAtCounter - 1)) % tellersAtCounter;
    drafts.push(
      counterOperation(branch, {
        at: at(),
        type: random.pick(['account-opening', 'account-change', 'password-reset', 'loss-report']),
        tellerId,
        customerId: customer().customerId,
        attributes: { checkerId: tellerName(branch, checker) },
      }),
    );
  }
  return drafts;
}

/** What is done at a branch that is no money moving in or out: custody, corrections, changes of accounts, complaints. */
export function branchDay(random: Random, branch: number, today: DayOfYear, population: Population): Draft[] {
  if (today.weekday === 0) return [];
  const drafts = custody(random, branch);
  for (let teller = 0; teller < tellersAtCounter; teller++) {
    drafts.push(...tellerDay(random, branch, teller, population));
  }
  if (random.chance(1_200)) {
    drafts.push({
      customerId: population.profile(random.between(0, population.accounts - 1)).customerId,
      branchId: branchName(branch),
      at: moment(random, counterRhythm),
      source: 'core-banking',
      kind: 'operation',
      type: 'customer-complaint',
      channel: 'counter',
    });
  }
  return drafts;
}
