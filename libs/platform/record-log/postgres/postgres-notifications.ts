import type { Pool, PoolClient, Notification } from 'pg';
import { BackOff } from '../back-off';
import { asError, type RecordLogLogger } from '../log-events';
import { GROUP_CHANNEL } from './postgres-claims';

/** Channel on which appends are told; payload: the topic's id. */
const RECORDS_CHANNEL = 'weir_record_log';

/** What came in: records in a topic, or a change in a group. */
export type Wake = { readonly topicId: string } | { readonly group: string };

/**
 * Listens to the database's notifications on one connection of the pool. They only shorten waiting: whatever is missed
 * while the connection is away is found by polling.
 */
export class PostgresNotifications {
  private readonly listeners = new Set<(wake: Wake) => void>();
  private readonly backOff = new BackOff({ initialMs: 200, maxMs: 5_000 });
  private client: PoolClient | null = null;
  private starting: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly pool: Pool,
    private readonly logger: RecordLogLogger,
  ) {}

  /** Calls the listener for everything that comes in, until the returned function is called. */
  async subscribe(listener: (wake: Wake) => void): Promise<() => void> {
    this.listeners.add(listener);
    this.starting ??= this.connect();
    await this.starting;
    return () => this.listeners.delete(listener);
  }

  /** Gives the connection back. */
  close(): void {
    this.closed = true;
    this.backOff.cancel();
    this.client?.release(true);
    this.client = null;
  }

  private async connect(): Promise<void> {
    const client = await this.pool.connect();
    if (this.closed) {
      client.release();
      return;
    }
    client.on('notification', (message) => this.dispatch(message));
    client.on('error', (error) => this.lose(client, error));
    try {
      await client.query(`LISTEN ${RECORDS_CHANNEL}`);
      await client.query(`LISTEN ${GROUP_CHANNEL}`);
    } catch (thrown) {
      client.release(true);
      throw thrown;
    }
    this.client = client;
    this.backOff.reset();
  }

  private lose(client: PoolClient, error: Error): void {
    if (this.client !== client) return;
    this.client = null;
    client.release(error);
    this.logger.warn({ err: error }, `The connection for notifications was lost: ${error.message}`);
    void this.reconnect();
  }

  private async reconnect(): Promise<void> {
    while (!this.closed && this.client === null) {
      await this.backOff.wait();
      if (this.isClosed()) return;
      try {
        await this.connect();
      } catch (thrown) {
        const err = asError(thrown);
        this.logger.debug({ err }, `Listening for notifications failed: ${err.message}`);
      }
    }
  }

  private isClosed(): boolean {
    return this.closed;
  }

  private dispatch({ channel, payload = '' }: Notification): void {
    const wake: Wake = channel === RECORDS_CHANNEL ? { topicId: payload } : { group: payload };
    for (const listener of this.listeners) listener(wake);
  }
}
