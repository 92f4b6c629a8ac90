import { dayLength } from './calendar';
import type { DayOfYear } from './calendar';
import type { Draft } from './draft';
import { accountOf, attributesOf } from './draft';
import type { Population, Profile } from './population';
import { branchName, foreignAccountNumber, tellerName } from './population';
import type { Random } from './random';

/** What a behaviour is played with. */
export interface Scene {
  readonly random: Random;
  readonly profile: Profile;
  readonly population: Population;
  readonly today: DayOfYear;
  /** 0 on the day it begins. */
  readonly dayOfSpan: number;
}

/** An abnormal behaviour that the simulation plants among the usual ones. */
export interface Behaviour {
  readonly name: string;
  /** The rule of the shipped packs that is meant to find it; null where none can yet. */
  readonly rule: string | null;
  /** Over how many days it goes. */
  readonly days: number;
  /** Whose account it may happen on. */
  fits(profile: Profile): boolean;
  play(scene: Scene): Draft[];
}

const minute = 60_000;
const hour = 60 * minute;

const isPerson = ({ persona }: Profile): boolean => persona !== 'business' && persona !== 'dormant';
const hasPassword = (profile: Profile): boolean => isPerson(profile) && profile.edition === 'password';
const hasCertificate = (profile: Profile): boolean => isPerson(profile) && profile.edition === 'certificate';
const paysOnline = (profile: Profile): boolean => isPerson(profile) && profile.edition !== 'passbook';

interface Movement {
  readonly at: number;
  readonly type: string;
  readonly amount: number;
  readonly direction?: 'in' | 'out';
}

/** A payment over e-banking, to or from someone at another bank. */
function online({ random, profile }: Scene, movement: Movement): Draft {
  const shop = movement.type === 'online-payment';
  return {
    ...accountOf(profile),
    source: 'core-banking',
    kind: 'transaction',
    channel: 'ebank',
    counterpartyId: shop ? `W${String(random.between(801, 999)).padStart(4, '0')}` : foreignAccountNumber(random),
    direction: 'out',
    currency: 'CNY',
    deviceId: profile.devices[0],
    attributes: attributesOf(profile, true),
    ...movement,
  };
}

function operation({ profile }: Scene, at: number, type: string): Draft {
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
}

function cash({ random, profile, population, today }: Scene, movement: Movement & { type: string }): Draft {
  const branch = random.below(population.branches);
  // On Sundays only the machines take cash.
  const place =
    today.weekday === 0
      ? { channel: 'atm', deviceId: `ATM-${branchName(branch)}-1` }
      : { channel: 'counter', tellerId: tellerName(branch, random.below(6)) };
  return {
    ...accountOf(profile),
    branchId: branchName(branch),
    source: 'core-banking',
    kind: 'transaction',
    currency: 'CNY',
    attributes: attributesOf(profile, false),
    direction: movement.type === 'cash-deposit' ? 'in' : 'out',
    ...place,
    ...movement,
  };
}

/** Just above a limit: one time in four by one minor unit, else by up to a tenth of it. */
function justAbove(random: Random, limit: number): number {
  return random.chance(2_500) ? limit + 1 : random.between(limit + 1, limit + Math.floor(limit / 10));
}

/** Three of a type in a day, none above 5,000.00, just above 10,000.00 together. */
function dayTotal(scene: Scene, type: string): Draft[] {
  const { random } = scene;
  const total = justAbove(random, 1_000_000);
  const first = random.between(320_000, 400_000);
  const second = random.between(320_000, 400_000);
  let at = random.between(9 * hour, 14 * hour);
  return [first, second, total - first - second].map((amount) => {
    at += random.between(10 * minute, 150 * minute);
    return online(scene, { at, type, amount });
  });
}

/** Some movements, evenly spread over a time with a little unrest. */
function spread(scene: Scene, count: number, from: number, length: number, draft: (at: number) => Draft): Draft[] {
  const step = Math.floor(length / count);
  return Array.from({ length: count }, (_, n) =>
    draft(Math.min(dayLength - 1, from + n * step + scene.random.between(0, Math.floor(step / 2)))),
  );
}

function failures(scene: Scene, count: number): Draft[] {
  let at = scene.random.between(7 * hour, 22 * hour);
  return Array.from({ length: count }, () => {
    at += scene.random.between(8_000, 45_000);
    return operation(scene, at, 'login-failure');
  });
}

/** What is planted, in the order of its turns. */
export const behaviours: readonly Behaviour[] = [
  {
    name: 'single-transfer-without-certificate',
    rule: 'ebank-single-transfer',
    days: 1,
    fits: hasPassword,
    play(scene) {
      const at = scene.random.between(9 * hour, 21 * hour);
      const amount = justAbove(scene.random, 500_000);
      return [operation(scene, at - minute, 'login'), online(scene, { at, type: 'transfer', amount })];
    },
  },
  {
    name: 'failed-logins-in-a-row',
    rule: 'ebank-failed-checks',
    days: 1,
    fits: paysOnline,
    play: (scene) => failures(scene, 6),
  },
  {
    name: 'frequency-burst-in-ten-minutes',
    rule: 'abnormal-frequency-ten-minutes',
    days: 1,
    fits: paysOnline,
    play: (scene) =>
      spread(scene, 8, scene.random.between(9 * hour, 21 * hour), 8 * minute, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(50, 1_000) * 100 }),
      ),
  },
  {
    name: 'day-total-without-certificate',
    rule: 'ebank-daily-total',
    days: 1,
    fits: hasPassword,
    play: (scene) => dayTotal(scene, 'transfer'),
  },
  {
    name: 'structured-cash-deposits',
    rule: 'abnormal-structured-cash',
    days: 3,
    fits: isPerson,
    play: (scene) => [
      cash(scene, {
        at: scene.random.between(10 * hour, 16 * hour),
        type: 'cash-deposit',
        amount: scene.random.between(455, 499) * 10_000,
      }),
    ],
  },
  {
    name: 'many-to-one',
    rule: 'abnormal-incoming-day',
    days: 1,
    fits: isPerson,
    play: (scene) =>
      spread(scene, 22, 9 * hour, 11 * hour, (at) =>
        online(scene, { at, type: 'transfer', direction: 'in', amount: scene.random.between(100, 3_000) * 100 }),
      ),
  },
  {
    name: 'large-cash-withdrawal',
    rule: 'abnormal-large-cash',
    days: 1,
    fits: isPerson,
    play: (scene) => [
      cash(scene, {
        at: scene.random.between(10 * hour, 16 * hour),
        type: 'cash-withdrawal',
        amount: scene.random.between(200, 400) * 100_000,
      }),
    ],
  },
  {
    name: 'night-burst',
    rule: null,
    days: 1,
    fits: paysOnline,
    play: (scene) =>
      spread(scene, 5, hour + scene.random.between(0, hour), 2 * hour, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(300, 1_900) * 100 }),
      ),
  },
  {
    name: 'single-online-payment-without-certificate',
    rule: 'ebank-single-online-payment',
    days: 1,
    fits: hasPassword,
    play: (scene) => [
      online(scene, {
        at: scene.random.between(9 * hour, 22 * hour),
        type: 'online-payment',
        amount: justAbove(scene.random, 500_000),
      }),
    ],
  },
  {
    name: 'amount-burst-in-an-hour',
    rule: 'abnormal-amount-hour',
    days: 1,
    fits: hasCertificate,
    play: (scene) =>
      spread(scene, 5, scene.random.between(9 * hour, 20 * hour), 50 * minute, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(4_200, 4_900) * 1_000 }),
      ),
  },
  {
    name: 'failed-logins-of-a-passbook-holder',
    rule: 'ebank-failed-checks-passbook',
    days: 1,
    fits: (profile) => isPerson(profile) && profile.edition === 'passbook',
    play: (scene) => failures(scene, 3),
  },
  {
    name: 'dormant-account-wakes',
    rule: null,
    days: 1,
    fits: ({ persona }) => persona === 'dormant',
    play(scene) {
      const at = scene.random.between(9 * hour, 21 * hour);
      const amount = scene.random.between(300, 490) * 1_000;
      return [operation(scene, at - minute, 'login'), online(scene, { at, type: 'transfer', amount })];
    },
  },
  {
    name: 'frequency-burst-in-an-hour',
    rule: 'abnormal-frequency-hour',
    days: 1,
    fits: paysOnline,
    play: (scene) =>
      spread(scene, 12, scene.random.between(9 * hour, 21 * hour), 55 * minute, (at) =>
        online(scene, { at, type: 'online-payment', amount: scene.random.between(20, 600) * 100 }),
      ),
  },
  {
    name: 'online-payment-day-total-without-certificate',
    rule: 'ebank-online-payment-daily-total',
    days: 1,
    fits: hasPassword,
    play: (scene) => dayTotal(scene, 'online-payment'),
  },
  {
    name: 'large-transfer',
    rule: 'abnormal-large-transfer',
    days: 1,
    fits: hasCertificate,
    play: (scene) => [
      online(scene, {
        at: scene.random.between(9 * hour, 17 * hour),
        type: 'transfer',
        amount: scene.random.between(50_000, 90_000) * 1_000,
      }),
    ],
  },
  {
    name: 'one-to-many',
    rule: 'abnormal-outgoing-day',
    days: 1,
    fits: paysOnline,
    play: (scene) =>
      spread(scene, 16, 8 * hour, 13 * hour, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(50, 600) * 100 }),
      ),
  },
  {
    name: 'round-amounts',
    rule: 'abnormal-round-amounts',
    days: 1,
    fits: hasCertificate,
    play: (scene) =>
      spread(scene, 6, 9 * hour, 11 * hour, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.pick([1_000_000, 2_000_000, 5_000_000]) }),
      ),
  },
  {
    name: 'one-counterparty-again-and-again',
    rule: 'abnormal-same-counterparty-day',
    days: 1,
    fits: paysOnline,
    play(scene) {
      const counterpartyId = foreignAccountNumber(scene.random);
      return spread(scene, 6, 9 * hour, 12 * hour, (at) => ({
        ...online(scene, { at, type: 'transfer', amount: scene.random.between(100, 1_600) * 100 }),
        counterpartyId,
      }));
    },
  },
  {
    name: 'money-passed-on-at-once',
    rule: null,
    days: 1,
    fits: hasCertificate,
    play(scene) {
      const at = scene.random.between(9 * hour, 20 * hour);
      const amount = scene.random.between(300, 900) * 10_000;
      return [
        online(scene, { at, type: 'transfer', direction: 'in', amount }),
        online(scene, {
          at: at + scene.random.between(2 * minute, 9 * minute),
          type: 'transfer',
          amount: amount - 5_000,
        }),
      ];
    },
  },
];
