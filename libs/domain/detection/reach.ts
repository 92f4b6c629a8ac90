import type { Rule } from '../rule/rule';
import { isPast } from '../window/window';

/**
 * How far behind a fact that was put in its rule must be measured again: where its windows still hold the fact, and where raising still follows
 * from what has changed there.
 */
export class Reach {
  /** Whether a fact that triggers was measured behind the last window that holds the fact put in. */
  private followed = false;
  /** Time (ms) of the newest hit that began or ceased to stand. */
  private changedAt = -Infinity;

  constructor(
    private readonly rule: Rule,
    /** Time (ms) of the fact that was put in. */
    private readonly t: number,
  ) {}

  /** A fact that triggers was measured at `later` (ms); `changed`: it is a hit now and was none, or the other way round. */
  measured(later: number, changed: boolean): void {
    if (changed) this.changedAt = later;
    if (this.isBehindWindows(later)) this.followed = true;
  }

  /** True where nothing at `later` (ms) or behind it can have changed. */
  endsBefore(later: number): boolean {
    if (!this.isBehindWindows(later)) return false;
    const { raising, window } = this.rule;
    switch (raising.on) {
      case 'every':
        return true;
      case 'crossing':
        // The first that triggers behind the windows looks at one before it that may have changed; in calendar windows none does.
        return this.followed || window?.kind === 'calendar';
      case 'cooldown':
        return later - this.changedAt >= raising.length;
    }
  }

  private isBehindWindows(later: number): boolean {
    const { window } = this.rule;
    if (later <= this.t) return false;
    return window === null || isPast(window, this.t, later);
  }
}
