import type { Spread } from './amounts';
import {
  counterSpread,
  drawAmount,
  machineSpread,
  onlineSpread,
  priceLike,
  shopSpread,
  smallTransferSpread,
  transferLike,
  transferSpread,
} from './amounts';
import type { DayOfYear } from './calendar';
import { counterRhythm, dayLength, dayRhythm, isDueToday, onlineRhythm } from './calendar';
import { bondDay } from './bonds';
import type { Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import { transferLegs } from './legs';
import { moment } from './moment';
import type { Persona, Population, Profile } from './population';
import { branchName, foreignAccountNumber, tellerName } from './population';
import type { Random } from './random';

/** How often in 10,000 days an account of usual liveliness does something. */
interface Habits {
  readonly shop: number;
  readonly online: number;
  readonly machine: number;
  readonly counter: number;
}

const habits: Record<Exclude<Persona, 'business' | 'dormant'>, Habits> = {
  salaried: { shop: 6_500, online: 6_000, machine: 250, counter: 60 },
  student: { shop: 8_000, online: 7_000, machine: 250, counter: 10 },
  pensioner: { shop: 3_500, online: 1_200, machine: 350, counter: 350 },
  wealthy: { shop: 9_000, online: 8_000, machine: 200, counter: 120 },
};

/** What the bank lets customers without a certificate do in a day, in minor units of CNY. */
const withoutCertificate = { single: 500_000, day: 1_000_000 };

function rateOf(profile: Profile, rate: number): number {
  const lively = Math.floor((rate * profile.liveliness) / 10_000);
  return profile.second ? Math.floor(lively / 8) : lively;
}

function shopping(random: Random, profile: Profile, today: DayOfYear, rate: number): Draft[] {
  const drafts: Draft[] = [];
  const count = random.times(today.resting ? Math.floor((rate * 14) / 10) : rate, 5);
  for (let i = 0; i < count; i++) {
    const shop = random.between(1, 4_000);
    drafts.push({
      ...accountOf(profile),
      at: moment(random, dayRhythm),
      source: 'core-banking',
      kind: 'transaction',
      type: 'payment',
      channel: 'pos',
      counterpartyId: `M${String(shop).padStart(5, '0')}`,
      direction: 'out',
      amount: priceLike(random, drawAmount(random, shopSpread)),
      currency: 'CNY',
      deviceId: `POS-${String(shop).padStart(5, '0')}`,
      attributes: attributesOf(profile, false),
    });
  }
  return drafts;
}

function cash(random: Random, profile: Profile, branches: number, machineRate: number, counterRate: number): Draft[] {
  const drafts: Draft[] = [];
  const branch = random.chance(8_500) ? profile.branch : random.below(branches);
  const common = {
    ...accountOf(profile),
    branchId: branchName(branch),
    source: 'core-banking',
    kind: 'transaction',
    currency: 'CNY',
    attributes: attributesOf(profile, false),
  } as const;
  if (random.chance(machineRate)) {
    const amount = drawAmount(random, machineSpread);
    drafts.push({
      ...common,
      at: moment(random, dayRhythm),
      type: 'cash-withdrawal',
      channel: 'atm',
      direction: 'out',
      amount: Math.max(10_000, amount - (amount % 10_000)),
      deviceId: `ATM-${branchName(branch)}-${random.between(1, 3)}`,
    });
  }
  if (random.chance(counterRate)) {
    const amount = drawAmount(random, counterSpread);
    const deposit = random.chance(5_500);
    drafts.push({
      ...common,
      at: moment(random, counterRhythm),
      type: deposit ? 'cash-deposit' : 'cash-withdrawal',
      channel: 'counter',
      direction: deposit ? 'in' : 'out',
      amount: amount - (amount % 10_000),
      tellerId: tellerName(branch, random.below(6)),
    });
  }
  return drafts;
}

/** A visit to e-banking: perhaps a mistyped password, then the login, then perhaps a transfer or a payment. */
function visits(random: Random, profile: Profile, population: Population, rate: number): Draft[] {
  const drafts: Draft[] = [];
  const certified = profile.edition === 'certificate';
  const spread: Spread = certified ? transferSpread : smallTransferSpread;
  let transferable = certified ? Number.MAX_SAFE_INTEGER : withoutCertificate.day;
  let payable = transferable;
  const count = random.times(rate, 4);
  for (let i = 0; i < count; i++) {
    const channel = random.chance(5_500) ? 'mobile' : 'ebank';
    const deviceId = random.pick(profile.devices);
    const attributes = attributesOf(profile, true);
    const common = { ...accountOf(profile), channel, deviceId, attributes } as const;
    let at = moment(random, onlineRhythm);
    const step = (least: number, most: number): number => {
      at = Math.min(dayLength - 1, at + random.between(least, most));
      return at;
    };
    if (random.chance(400)) {
      const failures = random.weighted([88, 12]) + 1;
      for (let n = 0; n < failures; n++) {
        drafts.push({ ...common, at, source: 'ebank-front', kind: 'operation', type: 'login-failure' });
        step(6_000, 40_000);
      }
    }
    drafts.push({ ...common, at, source: 'ebank-front', kind: 'operation', type: 'login' });
    const wish = random.weighted([46, 34, 20]);
    // A passbook shows what is in the account; it pays nobody.
    if (wish === 2 || profile.edition === 'passbook') continue;
    const check = (type: string): void => {
      drafts.push({ ...common, at: step(10_000, 60_000), source: 'ebank-front', kind: 'operation', type });
    };
    if (random.chance(150)) check('payment-password-failure');
    // A certificate signs by itself; everyone else gives the payment password.
    if (!certified) check('payment-password-success');
    if (wish === 0) {
      const amount = priceLike(random, drawAmount(random, onlineSpread));
      if (amount > payable) continue;
      payable -= amount;
      drafts.push({
        ...common,
        at: step(20_000, 240_000),
        source: 'core-banking',
        kind: 'transaction',
        type: 'online-payment',
        counterpartyId: `W${String(random.between(1, 800)).padStart(4, '0')}`,
        direction: 'out',
        amount,
        currency: 'CNY',
      });
      continue;
    }
    const amount = transferLike(random, drawAmount(random, spread));
    if (amount > transferable || (!certified && amount > withoutCertificate.single)) continue;
    transferable -= amount;
    const type = random.chance(1_500) ? 'remittance' : 'transfer';
    drafts.push(
      ...transferLegs(random, population, profile, { at: step(30_000, 300_000), type, channel, amount, deviceId }),
    );
  }
  return drafts;
}

function wage(random: Random, profile: Profile, population: Population): Draft {
  const employer = population.profile(profile.employer);
  const student = profile.persona === 'student';
  return {
    ...accountOf(profile),
    at: 7 * 3_600_000 + random.between(0, 3 * 3_600_000),
    source: 'core-banking',
    kind: 'transaction',
    type: student ? 'transfer' : profile.persona === 'pensioner' ? 'pension' : 'salary',
    channel: 'batch',
    counterpartyId: profile.persona === 'pensioner' ? 'G-SOCIAL-INSURANCE' : employer.accountId,
    direction: 'in',
    amount: profile.income,
    currency: 'CNY',
    attributes: attributesOf(profile, false),
  };
}

/** What people send abroad and receive from there, in minor units of the currency; the yen has none. */
const currencies: readonly [ForeignAmount, ...ForeignAmount[]] = [
  { currency: 'USD', least: 10_000, most: 450_000 },
  { currency: 'EUR', least: 10_000, most: 400_000 },
  { currency: 'HKD', least: 50_000, most: 2_000_000 },
  { currency: 'JPY', least: 10_000, most: 500_000 },
];

interface ForeignAmount {
  readonly currency: string;
  readonly least: number;
  readonly most: number;
}

function foreignCurrency(random: Random, profile: Profile): Draft {
  const { currency, least, most } = random.pick(currencies);
  return {
    ...accountOf(profile),
    at: moment(random, counterRhythm),
    source: 'core-banking',
    kind: 'transaction',
    type: 'remittance',
    channel: 'counter',
    counterpartyId: foreignAccountNumber(random),
    direction: random.chance(6_000) ? 'out' : 'in',
    amount: random.between(least, most),
    currency,
    tellerId: tellerName(profile.branch, random.below(6)),
    attributes: { ...attributesOf(profile, false), crossBorder: true },
  };
}

/** Notes for a journey, or what is left of them. */
function foreignNotes(random: Random, profile: Profile): Draft {
  const { currency, least, most } = random.pick(currencies);
  const amount = random.between(least, Math.floor(most / 2));
  const step = currency === 'JPY' ? 1_000 : 10_000;
  const brings = random.chance(3_000);
  return {
    ...accountOf(profile),
    at: moment(random, counterRhythm),
    source: 'core-banking',
    kind: 'transaction',
    type: brings ? 'cash-deposit' : 'cash-withdrawal',
    channel: 'counter',
    direction: brings ? 'in' : 'out',
    amount: Math.max(step, amount - (amount % step)),
    currency,
    tellerId: tellerName(profile.branch, random.below(6)),
    attributes: attributesOf(profile, false),
  };
}

/** Something put aside on the customer's second account, or into a time deposit. */
function savings(random: Random, profile: Profile, population: Population): Draft[] {
  const amount = random.between(2, 60) * 50_000;
  const at = moment(random, onlineRhythm);
  const common = {
    source: 'core-banking',
    kind: 'transaction',
    channel: 'mobile',
    amount,
    currency: 'CNY',
  } as const;
  const out: Draft = {
    ...accountOf(profile),
    ...common,
    at,
    type: 'time-deposit',
    direction: 'out',
    deviceId: profile.devices[0],
    attributes: attributesOf(profile, true),
  };
  const second = profile.index % 4 === 0 && profile.index + 3 < population.accounts;
  if (!second || random.chance(4_000)) return [out];
  const account = population.profile(profile.index + 3);
  return [
    { ...out, type: 'own-transfer', counterpartyId: account.accountId },
    {
      ...accountOf(account),
      ...common,
      at: Math.min(dayLength - 1, at + random.between(40, 900)),
      type: 'own-transfer',
      direction: 'in',
      counterpartyId: profile.accountId,
      attributes: attributesOf(account, false),
    },
  ];
}

/** What a person's account does in a day, in no order. A dormant account does nothing. */
export function personalDay(random: Random, profile: Profile, today: DayOfYear, population: Population): Draft[] {
  const { persona } = profile;
  if (persona === 'dormant' || persona === 'business') return [];
  const { shop, online, machine, counter } = habits[persona];
  const drafts = [
    ...shopping(random, profile, today, rateOf(profile, shop)),
    ...visits(random, profile, population, rateOf(profile, online)),
    ...cash(
      random,
      profile,
      population.branches,
      rateOf(profile, machine),
      today.weekday === 0 ? 0 : rateOf(profile, counter),
    ),
  ];
  if (profile.second) return drafts;
  if (isDueToday(today, profile.incomeDay)) drafts.push(wage(random, profile, population));
  if (profile.rent > 0 && today.dayOfMonth === profile.rentDay) {
    drafts.push({
      ...accountOf(profile),
      at: moment(random, onlineRhythm),
      source: 'core-banking',
      kind: 'transaction',
      type: 'standing-order',
      channel: 'batch',
      counterpartyId: population.profile((profile.index * 7 + 3) % population.accounts).accountId,
      direction: 'out',
      amount: profile.rent,
      currency: 'CNY',
      attributes: { ...attributesOf(profile, false), purpose: 'rent' },
    });
  }
  if (!today.resting && random.chance(persona === 'wealthy' ? 120 : 8)) drafts.push(foreignCurrency(random, profile));
  if (!today.resting && random.chance(persona === 'wealthy' ? 60 : 6)) drafts.push(foreignNotes(random, profile));
  if (profile.edition !== 'passbook' && random.chance(200)) drafts.push(...savings(random, profile, population));
  drafts.push(...bondDay(random, profile, today));
  return drafts;
}
