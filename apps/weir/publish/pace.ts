import { setTimeout as pause } from 'node:timers/promises';

/** Holds a rate: waits as long as more has been sent than the time since the start allows. */
export class Pace {
  private readonly startedAt: number;

  /**
   * @param perSecond null: as fast as it goes
   * @param now milliseconds of any steady clock
   */
  constructor(
    private readonly perSecond: number | null,
    private readonly now: () => number,
  ) {
    this.startedAt = now();
  }

  /** Resolves when `sent` facts may have been sent. */
  async wait(sent: number): Promise<void> {
    if (this.perSecond === null) return;
    const due = this.startedAt + (sent / this.perSecond) * 1000;
    const early = due - this.now();
    if (early > 0) await pause(early);
  }
}
