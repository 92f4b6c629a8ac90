/**
 * The watermark of one source partition: the latest event time read from it. By SEMANTICS 4 a fact older than the
 * watermark less the lateness is late.
 */
export class Watermark {
  constructor(private latest: number | null = null) {}

  /** Event time, ms since 1970; null before the first fact. */
  get value(): number | null {
    return this.latest;
  }

  /**
   * Whether a fact that is read now is late; times in ms. A fact that was moved here brings the verdict of the
   * partition that upstream wrote it to, and does not move this watermark.
   */
  isLate(occurredAt: number, movedLate: boolean | null, lateness: number): boolean {
    const late = this.wouldBeLate(occurredAt, movedLate, lateness);
    if (movedLate === null && (this.latest === null || occurredAt > this.latest)) this.latest = occurredAt;
    return late;
  }

  /** The same without moving it. */
  wouldBeLate(occurredAt: number, movedLate: boolean | null, lateness: number): boolean {
    if (movedLate !== null) return movedLate;
    return this.latest !== null && occurredAt < this.latest - lateness;
  }

  /** Upstream has come to this time, ms. */
  moveTo(time: number | null): void {
    this.latest = time;
  }
}
