import { msPerDay } from './duration';

/** Offset of local time from UTC within one UTC day: constant, or changing once at an instant. */
interface DayOffsets {
  readonly before: number;
  readonly changesAt: number;
  readonly after: number;
}

/**
 * Local days of an IANA zone, exactly, summer time and other changes of the clock included. The offsets come from the
 * zone data of the runtime (ICU); they are looked up once per UTC day and kept.
 */
export class Zone {
  private static readonly known = new Map<string, Zone>();
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, DayOffsets>();
  /** The UTC day last asked for: most questions are about one day. */
  private lastDay = NaN;
  private lastOffsets: DayOffsets = { before: 0, changesAt: Infinity, after: 0 };

  private constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** @throws RangeError where the runtime knows no zone of that name */
  static of(name: string): Zone {
    const known = Zone.known.get(name);
    if (known !== undefined) return known;
    const zone = new Zone(name);
    Zone.known.set(name, zone);
    return zone;
  }

  /** Local day of an instant (ms), counted from 1970-01-01, which is 0. */
  localDay(t: number): number {
    return Math.floor((t + this.offsetAt(t)) / msPerDay);
  }

  /**
   * Earliest instant (ms) whose local day is `day` or later. Where clocks go back over midnight a day can be entered
   * twice: this is the first time.
   */
  startOfDay(day: number): number {
    return this.firstInstant(day, (day - 2) * msPerDay);
  }

  /** Earliest instant (ms) after `t` whose local day is a later one than that of `t`. */
  nextDay(t: number): number {
    return this.firstInstant(this.localDay(t) + 1, t);
  }

  /** Earliest instant (ms) from `t` on whose local day is `day` or later. */
  private firstInstant(day: number, t: number): number {
    const localMidnight = day * msPerDay;
    for (let utcDay = Math.floor(t / msPerDay); ; utcDay++) {
      const { before, changesAt, after } = this.offsetsOf(utcDay);
      const from = Math.max(t, utcDay * msPerDay);
      const to = (utcDay + 1) * msPerDay;
      const first = Math.max(from, localMidnight - before);
      if (first < Math.min(changesAt, to)) return first;
      const second = Math.max(from, changesAt, localMidnight - after);
      if (second < to) return second;
    }
  }

  private offsetAt(t: number): number {
    const { before, changesAt, after } = this.offsetsOf(Math.floor(t / msPerDay));
    return t < changesAt ? before : after;
  }

  private offsetsOf(utcDay: number): DayOffsets {
    if (utcDay === this.lastDay) return this.lastOffsets;
    const offsets = this.offsets.get(utcDay) ?? this.readOffsets(utcDay);
    this.lastDay = utcDay;
    this.lastOffsets = offsets;
    return offsets;
  }

  private readOffsets(utcDay: number): DayOffsets {
    const from = utcDay * msPerDay;
    const before = this.readOffset(from);
    const after = this.readOffset(from + msPerDay);
    let changesAt = Infinity;
    if (before !== after) {
      let [low, high] = [from, from + msPerDay];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (this.readOffset(middle) === before) low = middle;
        else high = middle;
      }
      changesAt = high;
    }
    const offsets = { before, changesAt, after };
    this.offsets.set(utcDay, offsets);
    return offsets;
  }

  /** Local minus UTC in milliseconds, to the second. */
  private readOffset(t: number): number {
    const whole = Math.floor(t / 1000) * 1000;
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.format.formatToParts(whole)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  }
}

/** True where the runtime knows an IANA zone of that name. */
export function isZone(name: string): boolean {
  try {
    Zone.of(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
