import { VersionConflict } from '@weir/platform/event-store';
import { settleHits } from '../alerting.pipeline';
import type { AlertingPorts, HitBatch } from '../alerting.ports';
import { catchUp } from '../steps/catch-up';
import type { Fresher } from '../steps/catch-up';
import type { ReadState } from '../steps/read-states';
import type { SettledState } from '../steps/settle-states';
import { Contended, loadKnown } from './alerting-tables';

/** Most states settled in one transaction. */
export const maxStates = 500;
/** How often batches that met another transaction are tried in all. */
const maxTries = 8;

/** A batch that waits to be settled. */
interface Waiting {
  readonly batch: HitBatch;
  readonly states: readonly ReadState[];
  settled(states: readonly SettledState[]): void;
  failed(error: unknown): void;
}

/**
 * Settles batches, those of several partitions that come together in one transaction: each would take the event store's one lock, and
 * wait for the disk, for itself. What comes while a transaction runs shares the next.
 */
export class Settling {
  private readonly waiting: Waiting[] = [];
  private running = false;

  constructor(private readonly ports: AlertingPorts) {}

  /**
   * Resolves with what became of the states once they are stored. Batches of one partition come one after another; one that cannot be
   * settled fails none of the others.
   * @param batch of at most `maxStates` records
   */
  settle(batch: HitBatch, states: readonly ReadState[]): Promise<readonly SettledState[]> {
    return new Promise((settled, failed) => {
      this.waiting.push({ batch, states, settled, failed });
      if (this.running) return;
      this.running = true;
      // What was fetched together arrives in one turn of the event loop.
      setImmediate(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) await this.settleTogether(this.next());
    this.running = false;
  }

  private next(): readonly Waiting[] {
    let states = 0;
    let count = 0;
    for (const one of this.waiting) {
      states += one.states.length;
      if (count > 0 && states > maxStates) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** Never rejects: each batch has its result or its error. */
  private async settleTogether(together: readonly Waiting[]): Promise<void> {
    try {
      const settled = await this.tried(together);
      let from = 0;
      for (const one of together) one.settled(settled.slice(from, (from += one.states.length)));
    } catch (error) {
      const [only] = together;
      if (together.length === 1) only?.failed(error);
      else await Promise.all(together.map((one) => this.settleTogether([one])));
    }
  }

  /** Tries again where another transaction met this one, on what is there then. */
  private async tried(together: readonly Waiting[]): Promise<readonly SettledState[]> {
    const { ports } = this;
    const batches = together.map(({ batch }) => batch);
    const states = together.flatMap((one) => one.states);
    let fresher: Fresher = new Map();
    for (let tries = 1; ; tries += 1) {
      try {
        return (await settleHits(ports, batches, states, fresher)).states;
      } catch (error) {
        if (tries >= maxTries) throw error;
        if (error instanceof VersionConflict)
          fresher = await catchUp(ports.events, await loadKnown(ports.pool, states));
        else if (!(error instanceof Contended)) throw error;
      }
    }
  }
}
