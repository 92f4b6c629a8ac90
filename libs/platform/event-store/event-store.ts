import type { PoolClient } from 'pg';

/** An event to be appended. `body` is JSON. */
export interface NewEvent {
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An event as stored. */
export interface StoredEvent {
  /** Place in the one global order, from 1, without gaps. Readers in this order never skip an event. */
  readonly position: number;
  readonly stream: string;
  /** Place in its stream, from 1. */
  readonly version: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Who caused it: an identity, or `system:<stage>`. */
  readonly actor: string;
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  /** Hex HMAC-SHA-256 over the HMAC before and the canonical form of this event: one chain over all events. */
  readonly mac: string;
}

/** The stream was not at the expected version: what was decided was decided on an older state. */
export class VersionConflict extends Error {
  readonly code = 'version-conflict';
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`Stream ${stream} is at version ${actual}, not ${expected}.`);
    this.name = 'VersionConflict';
  }
}

/** One append within a batch. `expectedVersion` 0: the stream must not exist yet. */
export interface Append {
  readonly stream: string;
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
}

/** Where the chain was found broken. */
export interface ChainBreak {
  readonly position: number;
  readonly what: 'altered' | 'missing' | 'reordered' | 'truncated';
  readonly message: string;
}

export interface EventStore {
  /**
   * Appends to one or more streams inside the caller's transaction (all or none). Takes the store's one lock until the
   * transaction ends: that is what makes the global order gapless and the chain one.
   * @throws VersionConflict
   */
  append(tx: PoolClient, appends: readonly Append[], by: { actor: string; at: Date }): Promise<readonly StoredEvent[]>;
  /** Events of one stream, oldest first. */
  readStream(stream: string, fromVersion?: number): Promise<readonly StoredEvent[]>;
  /** Events of several streams in one query, by stream, oldest first; a stream without events is an empty list. */
  readStreams(tx: PoolClient, streams: readonly string[]): Promise<ReadonlyMap<string, readonly StoredEvent[]>>;
  /** Events after a global position, oldest first, at most `limit`. */
  readAll(afterPosition: number, limit: number): Promise<readonly StoredEvent[]>;
  /** Resolves when there may be events after `position`, or when `signal` aborts; polls and listens. */
  waitBeyond(position: number, signal: AbortSignal): Promise<void>;
  /** Walks the chain and compares it with the signed heads kept apart from the database. Null: whole. */
  verify(): Promise<ChainBreak | null>;
}
