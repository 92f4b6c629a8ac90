import { Client } from 'pg';
import type { Pool } from 'pg';
import type { Log } from '../sql';

/** Channel that every append notifies, with the newest position. */
export const CHANNEL = 'weir_events';

/** Shortest time between two attempts to listen, ms. Meanwhile the caller polls. */
const BACK_OFF = 5_000;

/**
 * Listens for appends on one connection of its own, made like the pool's and not taken from it, so that neither a small pool
 * starves nor `pool.end()` waits for it. Losing it costs only promptness, since whoever waits polls as well.
 */
export class AppendListener {
  private readonly waiters = new Set<(position: number) => void>();
  private client: Client | undefined;
  private triedAt = 0;
  private closed = false;

  constructor(
    private readonly pool: Pool,
    private readonly log: Log,
  ) {}

  /** Calls back at each append, with the newest position. Gives a function that ends it. */
  onAppend(callback: (position: number) => void): () => void {
    this.waiters.add(callback);
    return () => this.waiters.delete(callback);
  }

  /** Resolves when the connection listens, or at once where it was tried in vain a moment ago. */
  async listen(): Promise<void> {
    if (this.client || this.closed || Date.now() - this.triedAt < BACK_OFF) return;
    this.triedAt = Date.now();
    const client = new Client({ ...this.pool.options, application_name: 'weir-listener' });
    this.client = client;
    const lost = (why: string): void => {
      if (this.client !== client) return;
      this.client = undefined;
      if (!this.closed) this.log.warn(`No longer listening for events, polling instead: ${why}`);
    };
    client.on('error', (error) => lost(error.message));
    client.on('end', () => lost('the connection ended'));
    client.on('notification', ({ payload }) => {
      for (const waiter of this.waiters) waiter(Number(payload));
    });
    try {
      await client.connect();
      // It alone is no reason for the process to go on.
      (client as Client & { unref(): void }).unref();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      lost(error instanceof Error ? error.message : String(error));
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }
}
