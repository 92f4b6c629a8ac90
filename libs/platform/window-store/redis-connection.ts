import { Redis } from 'ioredis';
import type { TlsSettings } from '../config';
import { WindowStoreError } from './window-store-error';

export interface RedisConnectionOptions {
  /** `redis://` or `rediss://` URL. */
  readonly url: string;
  /** Only with `rediss://`; null: what Node trusts. */
  readonly tls?: TlsSettings | null;
  /** How long a command may go without an answer, ms; default 15 s. */
  readonly commandTimeoutMs?: number;
  /** Told of each lost or failed connection; reconnecting goes on by itself. */
  readonly onConnectionError?: (error: Error) => void;
}

/**
 * One connection to Redis that never sends a command twice: whether a command was done whose answer is missing is not
 * known here, so it is rejected and the caller finds out by opening the partition anew.
 */
export class RedisConnection {
  readonly redis: Redis;
  /** Where it stands, without credentials. */
  readonly address: string;
  private lastError: Error | null = null;

  constructor({ url, tls, commandTimeoutMs = 15_000, onConnectionError }: RedisConnectionOptions) {
    this.address = new URL(url).host;
    this.redis = new Redis(url, {
      lazyConnect: true,
      connectionName: 'weir-window-store',
      commandTimeout: commandTimeoutMs,
      keepAlive: 30_000,
      // How long a closing connection is waited for; it holds the process up even where there is none (ioredis 5.11).
      disconnectTimeout: 300,
      retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
      // 0: what was sent, or waits to be, is rejected as soon as the connection closes. It is this that rejects it:
      // autoResendUnfulfilledCommands alone would leave the promises pending for ever (ioredis 5.11, readyHandler).
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      // After a failover the old primary answers READONLY: connect anew, to whatever the name now points to.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
      ...(tls && {
        tls: {
          rejectUnauthorized: tls.verify,
          ...(tls.ca !== null && { ca: tls.ca }),
          ...(tls.cert !== null && { cert: tls.cert }),
          ...(tls.key !== null && { key: tls.key }),
        },
      }),
    });
    this.redis.on('error', (error: Error) => {
      this.lastError = error;
      onConnectionError?.(error);
    });
    this.redis.on('ready', () => (this.lastError = null));
  }

  /** Runs commands; a failure becomes a `WindowStoreError` that says what is wrong with Redis. */
  async run<T>(commands: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await commands(this.redis);
    } catch (error) {
      if (error instanceof WindowStoreError) throw error;
      const message = messageOf(error);
      // The connection may be dead without a sign of it; the next command is to have a fresh one.
      if (message === 'Command timed out') this.redis.disconnect(true);
      const reason = /max retries per request|Connection is closed/.test(message) ? this.lastError : null;
      throw new WindowStoreError(
        'window-store-unavailable',
        `Redis at ${this.address} failed: ${reason === null ? message : messageOf(reason)}`,
        error,
      );
    }
  }

  close(): void {
    this.redis.disconnect();
  }
}

/** Connecting to a name with several addresses fails with an error that has no message of its own. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const inner = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  return inner.length > 0 ? inner.map(messageOf).join('; ') : error.name;
}
