import type { DayOfYear } from './calendar';
import { counterRhythm, dayLength } from './calendar';
import type { Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import { moment } from './moment';
import type { Population, Profile } from './population';
import { accountNumber, foreignAccountNumber, tellerName } from './population';
import type { Random } from './random';

const hour = 3_600_000;

/** Red packets to family and friends, one after the other. */
function redPackets(random: Random, profile: Profile, population: Population): Draft[] {
  let at = 19 * hour + random.between(0, 2 * hour);
  return Array.from({ length: random.between(6, 9) }, (_, n) => {
    at = Math.min(dayLength - 1, at + random.between(20_000, 60_000));
    return {
      ...accountOf(profile),
      at,
      source: 'core-banking',
      kind: 'transaction',
      type: 'transfer',
      channel: 'mobile',
      counterpartyId: accountNumber((profile.index + 1 + n * 31) % population.accounts),
      direction: 'out',
      amount: random.pick([888, 1_688, 6_666, 8_888, 16_800]),
      currency: 'CNY',
      deviceId: profile.devices[0],
      attributes: attributesOf(profile, true),
    };
  });
}

/** A forgotten password that comes back after many tries. */
function forgottenPassword(random: Random, profile: Profile): Draft[] {
  const failures = random.between(6, 8);
  let at = 8 * hour + random.between(0, 13 * hour);
  return Array.from({ length: failures + 1 }, (_, n) => {
    at += random.between(20_000, 400_000);
    return {
      ...accountOf(profile),
      at,
      source: 'ebank-front',
      kind: 'operation',
      type: n === failures ? 'login' : 'login-failure',
      channel: 'ebank',
      deviceId: profile.devices[0],
      attributes: attributesOf(profile, true),
    };
  });
}

/** Somebody who mistypes again and again, but gets in each time before it is too often. */
function mistypes(random: Random, profile: Profile): Draft[] {
  let at = 8 * hour + random.between(0, 13 * hour);
  const tries = ['login-failure', 'login-failure', 'login', 'login-failure', 'login-failure', 'login', 'login-failure'];
  return [...tries, 'login-failure', 'login'].map((type) => {
    at += random.between(8_000, 40_000);
    return {
      ...accountOf(profile),
      at,
      source: 'ebank-front',
      kind: 'operation',
      type,
      channel: 'ebank',
      deviceId: profile.devices[0],
      attributes: attributesOf(profile, true),
    };
  });
}

/** The first payment for a flat. */
function flat(random: Random, profile: Profile): Draft {
  return {
    ...accountOf(profile),
    at: 9 * hour + random.between(0, 8 * hour),
    source: 'core-banking',
    kind: 'transaction',
    type: 'transfer',
    channel: 'ebank',
    counterpartyId: foreignAccountNumber(random),
    direction: 'out',
    amount: random.between(60, 180) * 1_000_000,
    currency: 'CNY',
    deviceId: profile.devices[0],
    attributes: { ...attributesOf(profile, true), purpose: 'real-estate' },
  };
}

/** Savings fetched in cash, for a wedding or a hospital. */
function savings(random: Random, profile: Profile): Draft {
  return {
    ...accountOf(profile),
    at: moment(random, counterRhythm),
    source: 'core-banking',
    kind: 'transaction',
    type: 'cash-withdrawal',
    channel: 'counter',
    direction: 'out',
    amount: random.between(20, 30) * 1_000_000,
    currency: 'CNY',
    tellerId: tellerName(profile.branch, random.below(6)),
    attributes: attributesOf(profile, false),
  };
}

/** Whether harmless things that look abnormal may happen on an account; nothing is planted on these. */
export function misleads({ index }: Profile): boolean {
  return index % 8 === 5 || index % 8 === 6;
}

/**
 * What looks abnormal and is not: rules cannot tell it from what is planted, people who ask the customer can. A few
 * in 10,000 days of accounts; nothing of it is reported as planted.
 */
export function harmlessDay(random: Random, profile: Profile, today: DayOfYear, population: Population): Draft[] {
  const { persona, edition } = profile;
  if (persona === 'dormant' || persona === 'business' || !misleads(profile)) return [];
  if (edition !== 'passbook' && random.chance(today.resting ? 9 : 3)) return redPackets(random, profile, population);
  if (random.chance(3)) return forgottenPassword(random, profile);
  if (random.chance(18)) return mistypes(random, profile);
  if (edition === 'certificate' && random.chance(persona === 'wealthy' ? 24 : 2)) return [flat(random, profile)];
  if (persona === 'pensioner' && today.weekday !== 0 && random.chance(3)) return [savings(random, profile)];
  return [];
}
