/** Milliseconds of a day. China keeps no summer time, so every local day has as many. */
export const dayLength = 86_400_000;
/** Asia/Shanghai lies eight hours east of UTC, all year (since 1991-09-15). */
const offset = 8 * 3_600_000;

/** The local day (days since 1970-01-01 in Asia/Shanghai) of an instant in ms UTC. */
export function localDay(instant: number): number {
  return Math.floor((instant + offset) / dayLength);
}

/** The instant in ms UTC at which a local day begins. */
export function startOfDay(day: number): number {
  return day * dayLength - offset;
}

/** `2026-11-22T08:15:30.123+08:00`. */
export function formatLocal(instant: number): string {
  return `${new Date(instant + offset).toISOString().slice(0, 23)}+08:00`;
}

/** What a day is to a bank branch. */
export interface DayOfYear {
  readonly day: number;
  /** `20261122` */
  readonly compact: string;
  readonly month: number;
  readonly dayOfMonth: number;
  readonly lastOfMonth: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Saturday, Sunday, or one of the public holidays with a fixed date. */
  readonly resting: boolean;
}

function isHoliday(month: number, dayOfMonth: number): boolean {
  if (month === 1) return dayOfMonth === 1;
  if (month === 5) return dayOfMonth <= 3;
  return month === 10 && dayOfMonth <= 7;
}

/** Looks a local day up in the calendar. */
export function dayOfYear(day: number): DayOfYear {
  const date = new Date(day * dayLength);
  const month = date.getUTCMonth() + 1;
  const dayOfMonth = date.getUTCDate();
  const weekday = (((day + 4) % 7) + 7) % 7;
  return {
    day,
    compact: date.toISOString().slice(0, 10).replaceAll('-', ''),
    month,
    dayOfMonth,
    lastOfMonth: new Date(Date.UTC(date.getUTCFullYear(), month, 0)).getUTCDate(),
    weekday,
    resting: weekday === 0 || weekday === 6 || isHoliday(month, dayOfMonth),
  };
}

/**
 * Whether something due each month on `due` happens today: on that day, or, where it is a day of rest, on the last
 * working day before it. A `due` beyond the month's end means its last day.
 */
export function isDueToday(today: DayOfYear, due: number): boolean {
  if (today.resting) return false;
  const dueToday = Math.min(due, today.lastOfMonth);
  if (today.dayOfMonth === dueToday) return true;
  if (today.dayOfMonth > dueToday) return false;
  for (let ahead = 1; ahead <= dueToday - today.dayOfMonth; ahead++) {
    if (!dayOfYear(today.day + ahead).resting) return false;
  }
  return true;
}

/** Weights of the 24 hours of a day. */
export type Rhythm = readonly number[];
/** When people shop and pay. */
export const dayRhythm: Rhythm = [
  2, 1, 1, 1, 1, 2, 8, 25, 45, 60, 70, 75, 85, 70, 60, 60, 60, 70, 85, 90, 85, 60, 25, 8,
];
/** When people sit before e-banking. */
export const onlineRhythm: Rhythm = [
  7, 3, 2, 1, 1, 2, 8, 25, 60, 85, 85, 65, 70, 60, 65, 65, 60, 50, 45, 70, 95, 85, 45, 18,
];
/** When the counter is open. */
export const counterRhythm: Rhythm = [0, 0, 0, 0, 0, 0, 0, 0, 0, 70, 100, 80, 45, 50, 85, 90, 60, 0, 0, 0, 0, 0, 0, 0];
/** When batches run. */
export const batchRhythm: Rhythm = [0, 0, 0, 0, 0, 0, 20, 60, 100, 60, 40, 20, 0, 0, 20, 30, 30, 10, 0, 0, 0, 0, 0, 0];
