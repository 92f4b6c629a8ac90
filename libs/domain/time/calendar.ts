import { msPerDay } from './duration';
import { Zone } from './zone';

/** The calendar spans that a window can have. */
export type CalendarSpan = 'day' | 'week' | 'month';

/** 1970-01-01 was a Thursday: the Monday of its ISO week lies three days before. */
const daysAfterMonday = 3;

/**
 * Names the local day, ISO week or month that an instant (ms) falls into in a zone: two instants share the number
 * exactly when they share the span. Later spans have greater numbers.
 */
export function calendarKey(span: CalendarSpan, zone: string, t: number): number {
  const day = Zone.of(zone).localDay(t);
  switch (span) {
    case 'day':
      return day;
    case 'week':
      return Math.floor((day + daysAfterMonday) / 7);
    case 'month': {
      const date = new Date(day * msPerDay);
      return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    }
  }
}

/** Earliest instant (ms) of the span that `key` (of `calendarKey`) names, or of the next one where it does not exist. */
export function calendarFrom(span: CalendarSpan, zone: string, key: number): number {
  return Zone.of(zone).startOfDay(firstDay(span, key));
}

function firstDay(span: CalendarSpan, key: number): number {
  switch (span) {
    case 'day':
      return key;
    case 'week':
      return key * 7 - daysAfterMonday;
    case 'month':
      return Date.UTC(1970 + Math.floor(key / 12), ((key % 12) + 12) % 12, 1) / msPerDay;
  }
}
