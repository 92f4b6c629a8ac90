import type { CalendarSpan } from '../time/calendar';
import { calendarFrom, calendarKey } from '../time/calendar';

/** Over which facts of its group a measure looks, all at or before the measured fact in the order. */
export type Window = SlidingWindow | CalendarWindow;

/** The facts in `(t - length, t]`; `length` in milliseconds. */
export interface SlidingWindow {
  readonly kind: 'sliding';
  readonly length: number;
}

/** The facts of the same local day, ISO week or month of a zone. */
export interface CalendarWindow {
  readonly kind: 'calendar';
  readonly span: CalendarSpan;
  readonly zone: string;
}

/** The bounds of a window as evidence shows them, in milliseconds; `to` is included. */
export interface WindowBounds {
  readonly from: number;
  readonly to: number;
  readonly fromIncluded: boolean;
}

/**
 * The span that a time falls into: two times of a calendar window look at the same facts exactly when they share it.
 * Sliding windows have one span for ever.
 */
export function spanOf(window: Window, t: number): number {
  return window.kind === 'sliding' ? 0 : calendarKey(window.span, window.zone, t);
}

/** The bounds of the window of a fact at `t`. */
export function boundsOf(window: Window, t: number): WindowBounds {
  return window.kind === 'sliding'
    ? { from: t - window.length, to: t, fromIncluded: false }
    : { from: calendarFrom(window.span, window.zone, spanOf(window, t)), to: t, fromIncluded: true };
}

/** Clocks have gone back by at most this since 1970, ms: so much later a span can still be entered again. */
const clocksGoBackAtMost = 3 * 3_600_000;

/** Facts before this time (ms) stand in no window of a fact at `t` or later. */
export function horizonOf(window: Window, t: number): number {
  return window.kind === 'sliding' ? t - window.length + 1 : boundsOf(window, t - clocksGoBackAtMost).from;
}

/** Whether a fact at `t` (ms) stands in no window of facts at `later` or behind that; `later` lies behind `t`. */
export function isPast(window: Window, t: number, later: number): boolean {
  if (window.kind === 'sliding') return later - t >= window.length;
  const span = spanOf(window, t);
  // Where clocks go back over midnight a span comes in two pieces: so long after it, it is over.
  return spanOf(window, later) > span && spanOf(window, later - clocksGoBackAtMost) > span;
}
