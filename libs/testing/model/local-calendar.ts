/** Calendar windows of the model. */
export type CalendarKind = 'day' | 'week' | 'month';

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const dates = new Map<string, string>();
const starts = new Map<string, number>();

function readDate(zone: string, t: number): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(t).map((part) => [part.type, part.value]));
  return `${(parts['year'] ?? '').padStart(4, '0')}-${parts['month']}-${parts['day']}`;
}

/** The local date of an instant in a zone, as `Intl` knows it: "2026-11-22". */
export function localDate(zone: string, t: number): string {
  const key = `${zone} ${t}`;
  const date = dates.get(key) ?? readDate(zone, t);
  dates.set(key, date);
  return date;
}

/** Days since 1970-01-01 of a calendar date: pure calendar arithmetic, no zone. */
function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

function dateOfDayNumber(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The calendar date on which the day, ISO week (Monday) or month of a date begins. */
function firstDate(kind: CalendarKind, date: string): string {
  if (kind === 'day') return date;
  if (kind === 'month') return `${date.slice(0, 7)}-01`;
  const day = dayNumber(date);
  // 1970-01-01 was a Thursday: three days after a Monday.
  const sinceMonday = (((day + 3) % 7) + 7) % 7;
  return dateOfDayNumber(day - sinceMonday);
}

/** Which day, ISO week or month of the zone an instant lies in, by the calendar date on which that begins. */
export function periodOf(kind: CalendarKind, zone: string, t: number): string {
  return firstDate(kind, localDate(zone, t));
}

/**
 * The first instant of the period that `t` lies in. Looks at every minute of the first dates of the period: zones change
 * at whole minutes, and a zone may skip the beginning of its first day or all of it, so no arithmetic is trusted.
 */
export function periodStart(kind: CalendarKind, zone: string, t: number): number {
  const period = periodOf(kind, zone, t);
  const key = `${kind} ${zone} ${period}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const around = dayNumber(period) * dayMs;
  for (let minute = around - 26 * 3_600_000; minute <= around + 4 * dayMs; minute += 60_000) {
    if (periodOf(kind, zone, minute) === period) {
      starts.set(key, minute);
      return minute;
    }
  }
  throw new Error(`No minute found in ${key}`);
}

const dayBegins = new Map<string, readonly number[]>();

/** The minutes at which the local date becomes a later one than this. */
function firstMinutesAfter(zone: string, date: string): readonly number[] {
  const midnight = (dayNumber(date) + 1) * dayMs;
  const found: number[] = [];
  let before = date;
  // Zones lie between 12 hours behind UTC and 14 before it; what they change by at a time stays within the margins.
  for (let minute = midnight - 16 * 3_600_000; minute <= midnight + 14 * 3_600_000; minute += 60_000) {
    const now = readDate(zone, minute);
    if (now > date && before <= date) found.push(minute);
    before = now;
  }
  return found;
}

/**
 * The first instant after `t` at which a later local day begins. Looks at every minute, and so sees a day that a zone skips
 * and one that a clock set back begins twice.
 */
export function nextDayStart(zone: string, t: number): number {
  const date = localDate(zone, t);
  const key = `${zone} ${date}`;
  const begins = dayBegins.get(key) ?? firstMinutesAfter(zone, date);
  dayBegins.set(key, begins);
  const next = begins.find((begin) => begin > t);
  if (next === undefined) throw new Error(`No day begins in ${zone} after ${t}`);
  return next;
}
