import type { DayOfYear } from '../calendar';
import type { Draft } from '../draft';
import type { Population, Profile } from '../population';
import type { Random } from '../random';

/** What a behaviour is played with. */
export interface Scene {
  readonly random: Random;
  readonly profile: Profile;
  readonly population: Population;
  readonly today: DayOfYear;
  /** 0 on the day it begins. */
  readonly dayOfSpan: number;
}

/** What a behaviour is about: the field of its facts that tells whose it is. */
export type Subject = 'accountId' | 'customerId' | 'deviceId' | 'counterpartyId' | 'branchId' | 'tellerId';

/** An abnormal behaviour that the simulation plants among the usual ones. */
export interface Behaviour {
  readonly name: string;
  /** The rules of the shipped packs that must find it. Others may. */
  readonly rules: readonly [string, ...string[]];
  readonly about: Subject;
  /** Over how many days it goes. */
  readonly days: number;
  /** True where it needs an open counter: it does not begin on a Sunday. */
  readonly atCounter?: boolean;
  /** Whose account it may happen on, or whose branch, where it begins on a day. */
  fits(profile: Profile, startDay: number): boolean;
  /** True where nothing else is planted on these accounts. */
  readonly apart?: boolean;
  /** Today's part of it; nothing where the bank is too small for it. */
  play(scene: Scene): Draft[];
}
