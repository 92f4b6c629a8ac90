const quarterHour = 900_000;
const day = 86_400_000;

/** Most offsets that are kept; facts of a file lie near each other, so few are needed. */
const mostKept = 10_000;

/** Finds the instants at which clocks of a zone show a time. */
export class WallTime {
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();

  /** @throws RangeError where the runtime knows no zone of that name */
  constructor(zone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /**
   * The instant (ms) at which the zone's clocks show a local time, given as if it were UTC (ms). Where they show it
   * twice, since they were put back, the first time; undefined where they skip it.
   */
  instantOf(local: number): number | undefined {
    const candidates = [this.offsetAt(local - day), this.offsetAt(local + day)]
      .map((offset) => ({ offset, instant: local - offset }))
      .filter(({ offset, instant }) => this.offsetAt(instant) === offset)
      .map(({ instant }) => instant);
    return candidates.length === 0 ? undefined : Math.min(...candidates);
  }

  /** Local minus UTC, ms. Zones change their offset at whole quarters of an hour only. */
  private offsetAt(instant: number): number {
    const slot = Math.floor(instant / quarterHour);
    const known = this.offsets.get(slot);
    if (known !== undefined) return known;
    const at = slot * quarterHour;
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.format.formatToParts(at)) parts[type] = Number(value);
    const { year = 0, month = 1, day: dayOfMonth = 1, hour = 0, minute = 0, second = 0 } = parts;
    const offset = Date.UTC(year, month - 1, dayOfMonth, hour, minute, second) - at;
    if (this.offsets.size >= mostKept) this.offsets.clear();
    this.offsets.set(slot, offset);
    return offset;
  }
}
