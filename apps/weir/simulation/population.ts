import { Random } from './random';

/** What sort of life a customer leads. */
export type Persona = 'salaried' | 'student' | 'pensioner' | 'wealthy' | 'business' | 'dormant';
/** How a customer signs in: with a certificate, with a password, or as the holder of a passbook. */
export type Edition = 'certificate' | 'password' | 'passbook';

/** A customer's account and habits. All of it follows from the seed and the account's index. */
export interface Profile {
  readonly index: number;
  readonly accountId: string;
  readonly customerId: string;
  readonly persona: Persona;
  /** A second account of the same customer, beside the one of everyday life. */
  readonly second: boolean;
  /** An account on which something is done every few months only; core banking does not keep it as dormant. */
  readonly sleeper: boolean;
  /** Index of the customer's everyday account; its own where it is that. */
  readonly mainAccount: number;
  readonly edition: Edition;
  readonly branch: number;
  readonly devices: readonly [string, ...string[]];
  /** Monthly wage, pension or allowance in minor units of CNY. */
  readonly income: number;
  readonly incomeDay: number;
  /** Index of the account that pays the wage. */
  readonly employer: number;
  /** Monthly rent in minor units of CNY, 0 where none is paid. */
  readonly rent: number;
  readonly rentDay: number;
  /** How lively the account is, 10,000 being usual. */
  readonly liveliness: number;
}

/** Streams of random numbers; every use has its own, so that a change of one leaves the others as they are. */
export const streams = {
  customer: 1,
  account: 2,
  day: 3,
  planted: 4,
  names: 5,
  branch: 6,
  harmless: 7,
  sleepers: 8,
} as const;

/** People and companies of a branch network, found by their index. */
export interface Population {
  readonly seed: number;
  readonly accounts: number;
  readonly branches: number;
  profile(index: number): Profile;
}

/** Luhn's check digit over a string of digits (ISO/IEC 7812-1, annex B). */
function checkDigit(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48;
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

/** The number of an account of this bank: 19 digits, the last a check digit. */
export function accountNumber(index: number): string {
  const digits = `622848${String(index + 1).padStart(12, '0')}`;
  return `${digits}${checkDigit(digits)}`;
}

/** The number of an account at another bank. */
export function foreignAccountNumber(random: Random): string {
  const bank = random.pick(['621700', '622588', '622262', '621661', '622908']);
  const digits = `${bank}${String(random.below(1_000_000)).padStart(6, '0')}${String(random.below(1_000_000)).padStart(6, '0')}`;
  return `${digits}${checkDigit(digits)}`;
}

/** `B07` */
export function branchName(branch: number): string {
  return `B${String(branch + 1).padStart(2, '0')}`;
}

/** Six tellers sit in each branch, the sixth supervises the others: `T0703` is the third of B07. The seventh manages it. */
export function tellerName(branch: number, teller: number): string {
  return `T${String(branch + 1).padStart(2, '0')}${String(teller + 1).padStart(2, '0')}`;
}

/** Tellers who serve customers, and the two who sign for them. */
export const tellersAtCounter = 6;
const [supervisor, manager] = [5, 6];

/** A teller by name: which branch (from 0), and which of its tellers (from 0). */
export function tellerOf(name: string): { branch: number; teller: number } {
  return { branch: Number(name.slice(1, 3)) - 1, teller: Number(name.slice(3)) - 1 };
}

/** A customer whose account lives: not one that is silent. */
export function livelyProfile(random: Random, population: Population): Profile {
  let profile = population.profile(random.between(0, population.accounts - 1));
  for (let tries = 0; profile.persona === 'dormant' && tries < 20; tries++) {
    profile = population.profile(random.between(0, population.accounts - 1));
  }
  return profile;
}

/** Who authorises what a teller may not decide alone: the supervisor, and for her the manager. */
export function authoriserOf(name: string): string {
  const { branch, teller } = tellerOf(name);
  return tellerName(branch, teller === supervisor ? manager : supervisor);
}

const personas: readonly Persona[] = ['salaried', 'student', 'pensioner', 'wealthy', 'business', 'dormant'];
const shares = [560, 130, 160, 40, 70, 40];
const paydays: readonly [number, ...number[]] = [5, 10, 15, 20, 25];

interface Customer {
  readonly persona: Persona;
  readonly edition: Edition;
  readonly devices: readonly [string, ...string[]];
  readonly branch: number;
  readonly employer: number;
}

/** Every fourth account is a second one, of the first of the three customers before it. */
function customerOf(index: number): { customer: number; second: boolean; mainAccount: number } {
  const group = Math.floor(index / 4);
  const place = index % 4;
  const second = place === 3;
  return { customer: group * 3 + (second ? 0 : place), second, mainAccount: second ? index - 3 : index };
}

function editionOf(random: Random, persona: Persona): Edition {
  if (persona === 'business') return 'certificate';
  const weights: Record<Exclude<Persona, 'business'>, readonly number[]> = {
    salaried: [40, 55, 5],
    student: [10, 85, 5],
    pensioner: [10, 50, 40],
    wealthy: [90, 10, 0],
    dormant: [10, 60, 30],
  };
  return (['certificate', 'password', 'passbook'] as const)[random.weighted(weights[persona])] ?? 'password';
}

const incomes: Record<Persona, readonly [number, number]> = {
  salaried: [480_000, 2_600_000],
  student: [80_000, 250_000],
  pensioner: [220_000, 700_000],
  wealthy: [3_000_000, 9_000_000],
  business: [0, 0],
  dormant: [0, 0],
};

/**
 * A population of `accounts` accounts. Nothing is held in memory: a profile is worked out whenever it is asked for, so
 * that a million accounts cost no more than ten.
 */
export function populationOf(seed: number, accounts: number): Population {
  const branches = Math.min(60, Math.max(3, Math.ceil(accounts / 400)));

  const customer = (number: number): Customer => {
    const random = new Random(seed, streams.customer, number);
    const persona = personas[random.weighted(shares)] ?? 'salaried';
    const devices: [string, ...string[]] = [`D${String(number + 1).padStart(6, '0')}-1`];
    if (random.chance(3_500)) devices.push(`D${String(number + 1).padStart(6, '0')}-2`);
    return {
      persona,
      edition: editionOf(random, persona),
      devices,
      branch: random.below(branches),
      employer: random.between(0, accounts - 1),
    };
  };

  return {
    seed,
    accounts,
    branches,
    profile(index) {
      const { customer: number, second, mainAccount } = customerOf(index);
      const { persona, edition, devices, branch, employer } = customer(number);
      const random = new Random(seed, streams.account, index);
      const [least, most] = incomes[persona];
      const income = random.between(least, most);
      const rents = persona === 'salaried' && !second && random.chance(3_500);
      return {
        index,
        accountId: accountNumber(index),
        customerId: `C${String(number + 1).padStart(7, '0')}`,
        persona,
        second,
        sleeper: persona === 'dormant' && edition !== 'passbook' && number % 3 !== 0,
        mainAccount,
        edition,
        branch,
        devices,
        income: income - (income % 100),
        incomeDay: persona === 'pensioner' ? 15 : persona === 'student' ? 1 : random.pick(paydays),
        employer,
        rent: rents ? random.between(15, 48) * 10_000 : 0,
        rentDay: random.between(1, 5),
        liveliness: random.between(4_000, 16_000),
      };
    },
  };
}
