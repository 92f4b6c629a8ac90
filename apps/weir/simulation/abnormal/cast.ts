import { misleads } from '../harmless';
import type { Profile } from '../population';
import type { Scene } from './behaviour';

/** Some second accounts are left alone, so that one can tell what is usual there. */
const isQuiet = ({ index }: Profile): boolean => index % 8 === 7;
const lives = ({ persona }: Profile): boolean => persona !== 'business' && persona !== 'dormant';

/** A person's account of everyday life, so that a customer is never met twice at a time. */
export const isPerson = (profile: Profile): boolean => lives(profile) && !profile.second && !misleads(profile);
export const isBusiness = ({ persona, second }: Profile): boolean => persona === 'business' && !second;
export const hasPassword = (profile: Profile): boolean => isPerson(profile) && profile.edition === 'password';
export const hasCertificate = (profile: Profile): boolean => isPerson(profile) && profile.edition === 'certificate';
export const hasPassbook = (profile: Profile): boolean => isPerson(profile) && profile.edition === 'passbook';
export const paysOnline = (profile: Profile): boolean => isPerson(profile) && profile.edition !== 'passbook';
/** Quiet accounts have their turn for six days in 48: what happens there must not become the usual. */
export const isQuietWithCertificate = (profile: Profile, startDay: number): boolean =>
  lives(profile) &&
  isQuiet(profile) &&
  profile.edition === 'certificate' &&
  Math.floor(profile.index / 8) % 8 === Math.floor(startDay / 6) % 8;
export const anyone = (): boolean => true;

const tries = 400;

/** Some other customers, each once; nobody where there are not enough of them. */
export function others(
  { random, population, profile }: Scene,
  count: number,
  fits: (one: Profile) => boolean,
): Profile[] {
  const found = new Map<string, Profile>();
  for (let attempt = 0; attempt < tries && found.size < count; attempt++) {
    const one = population.profile(random.between(0, population.accounts - 1));
    if (one.customerId !== profile.customerId && fits(one)) found.set(one.customerId, one);
  }
  return found.size < count ? [] : [...found.values()];
}

/** Whether a customer may have a second account that is not left alone. */
export const mayHaveSecond = ({ index }: Profile): boolean => index % 8 === 0;

/** The customer's second account, where there is one. */
export function secondAccountOf({ population, profile }: Scene): Profile | undefined {
  if (!mayHaveSecond(profile) || profile.index + 3 >= population.accounts) return undefined;
  const second = population.profile(profile.index + 3);
  return second.customerId === profile.customerId ? second : undefined;
}
