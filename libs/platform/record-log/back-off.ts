/** Waiting times between attempts, in milliseconds: the first, and the one that doubling never exceeds. */
export interface BackOffTimes {
  readonly initialMs: number;
  readonly maxMs: number;
}

/**
 * Exponential back-off with jitter (half to whole of the time), so that members that failed together do not come back
 * together. A wait can be cut short.
 */
export class BackOff {
  private attempts = 0;
  private wake: (() => void) | null = null;

  constructor(private readonly times: BackOffTimes) {}

  /** Starts again from the first waiting time. */
  reset(): void {
    this.attempts = 0;
  }

  /** Resolves after the next waiting time, or as soon as `cancel` is called. */
  async wait(): Promise<void> {
    const ceiling = Math.min(this.times.initialMs * 2 ** Math.min(this.attempts, 30), this.times.maxMs);
    this.attempts += 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ceiling * (0.5 + Math.random() / 2));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }

  /** Ends a wait that is under way. */
  cancel(): void {
    this.wake?.();
  }
}
