/** Why a time was refused. */
export type InstantRefusal = 'invalid-time' | 'time-without-zone' | 'time-out-of-range';

/** A time in milliseconds since 1970-01-01T00:00:00Z, or why the text is none. */
export type ParsedInstant =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: InstantRefusal; readonly message: string };

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?$/;
const widestOffsetHours = 18;
const msPerMinute = 60_000;

const refuse = (reason: InstantRefusal, message: string): ParsedInstant => ({ ok: false, reason, message });

const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;

/**
 * Reads ISO 8601 date and time with an offset or `Z`, e.g. `2026-11-22T08:15:30.123+08:00`. Seconds may be left out;
 * up to nine decimals of a second are read and cut to milliseconds. Never the host's zone: a time without one is refused.
 */
export function parseInstant(text: string): ParsedInstant {
  const found = shape.exec(text);
  if (found === null) {
    return refuse('invalid-time', `"${text.slice(0, 40)}" is not ISO 8601; write e.g. 2026-11-22T08:15:30.123+08:00.`);
  }
  const [year, month, day, hour, minute] = [1, 2, 3, 4, 5].map((group) => Number(found[group])) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const second = Number(found[6] ?? '0');
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return refuse('invalid-time', `"${text}" names a day that does not exist.`);
  }
  if (hour > 23 || minute > 59 || second > 59) {
    return refuse('invalid-time', `"${text}" names a time of day that does not exist; hours run from 00 to 23.`);
  }
  const zone = found[8];
  if (zone === undefined) {
    return refuse('time-without-zone', `"${text}" has no zone; add an offset such as +08:00, or Z.`);
  }
  let offset = 0;
  if (zone !== 'Z') {
    const hours = Number(zone.slice(1, 3));
    const minutes = Number(zone.slice(4, 6));
    if (hours > widestOffsetHours || minutes > 59) {
      return refuse('invalid-time', `"${text}" has the offset ${zone}, which no place on earth has.`);
    }
    offset = (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * msPerMinute;
  }
  if (year < 1969) return refuse('time-out-of-range', `"${text}" lies before 1970-01-01T00:00:00Z.`);
  const ms = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  const value = Date.UTC(year, month - 1, day, hour, minute, second, ms) - offset;
  if (value < 0) return refuse('time-out-of-range', `"${text}" lies before 1970-01-01T00:00:00Z.`);
  return { ok: true, value };
}

/** Writes milliseconds since 1970 as ISO 8601 in UTC with three decimals of a second. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}
