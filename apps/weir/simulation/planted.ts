import type { Behaviour } from './abnormal';
import { behaviours } from './abnormal';
import type { DayOfYear } from './calendar';
import { dayOfYear } from './calendar';
import type { Draft } from './draft';
import type { Population, Profile } from './population';
import { streams } from './population';
import { Random } from './random';

/** A behaviour with the day it begins on and the account it happens on. */
export interface Planting {
  /** Unique among all plantings of a simulation. */
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly profile: Profile;
  readonly startDay: number;
}

/** The longest behaviour goes over this many days. */
const longest = Math.max(...behaviours.map(({ days }) => days));
/** An account is begun with again after so many days at the earliest: longer than most windows of the rules. */
const spacing = 10;
const tries = 400;

/** How many behaviours begin on a day. */
function plantedPerDay(accounts: number): number {
  return Math.max(8, Math.ceil(accounts / 300));
}

/**
 * The behaviours that begin on a day. They take turns, so that each comes up every few days; and accounts are taken by
 * a day's place among ten, so that no two begin on one account within that time.
 */
function plantingsOf(population: Population, startDay: number): Planting[] {
  const perDay = plantedPerDay(population.accounts);
  const sunday = dayOfYear(startDay).weekday === 0;
  const taken = new Set<number>();
  const plantings: Planting[] = [];
  for (let slot = 0; slot < perDay; slot++) {
    const behaviour = behaviours[(startDay * perDay + slot) % behaviours.length];
    if (behaviour === undefined || (sunday && behaviour.atCounter === true)) continue;
    const random = new Random(population.seed, streams.planted, startDay, slot);
    const step = behaviour.apart === true ? 1 : spacing;
    const rows = Math.floor((population.accounts - (startDay % step) + step - 1) / step);
    for (let attempt = 0; attempt < tries && rows > 0; attempt++) {
      const index = random.between(0, rows - 1) * step + (startDay % step);
      if (taken.has(index)) continue;
      const profile = population.profile(index);
      if (!behaviour.fits(profile, startDay)) continue;
      taken.add(index);
      plantings.push({ name: `${startDay}/${slot}`, behaviour, profile, startDay });
      break;
    }
  }
  return plantings;
}

/** The plantings that have a part today, with today's part. */
export function plantedToday(population: Population, today: DayOfYear): { planting: Planting; drafts: Draft[] }[] {
  const parts: { planting: Planting; drafts: Draft[] }[] = [];
  for (let dayOfSpan = longest - 1; dayOfSpan >= 0; dayOfSpan--) {
    for (const planting of plantingsOf(population, today.day - dayOfSpan)) {
      const { behaviour, profile, name } = planting;
      if (dayOfSpan >= behaviour.days) continue;
      const slot = Number(name.slice(name.indexOf('/') + 1));
      const random = new Random(population.seed, streams.planted, today.day, slot, dayOfSpan, 1);
      const drafts = behaviour.play({ random, profile, population, today, dayOfSpan });
      parts.push({ planting, drafts });
    }
  }
  return parts;
}
