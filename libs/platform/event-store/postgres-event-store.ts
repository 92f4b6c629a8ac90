import type { Pool, PoolClient } from 'pg';
import { errorMessage, inTransaction, silentLog } from '../sql';
import type { Log } from '../sql';
import { SHORTEST_KEY, macOf, signHead } from './chain';
import type { ChainedEvent } from './chain';
import type { Append, ChainBreak, EventStore, StoredEvent } from './event-store';
import { VersionConflict } from './event-store';
import { bodyText, checkName } from './event-text';
import type { HeadKeeper } from './head-keeper';
import { KeyMismatch, checkNewest } from './key-check';
import { AppendListener, CHANNEL } from './listener';
import { verifyChain } from './verify';

/** Injection token of the event store. */
export const EVENT_STORE = Symbol('event-store');

export interface EventStoreOptions {
  /** Key of the chain and of the heads, at least 32 bytes. It must not be in the database. */
  readonly key: Buffer;
  /** Where signed heads are kept, apart from the database. */
  readonly heads: HeadKeeper;
  /** How often a head is signed where events came, ms; default 5,000: what is younger can be cut off unnoticed. */
  readonly headEvery?: number;
  /** How often `waitBeyond` looks by itself, ms; default 1,000. */
  readonly pollEvery?: number;
  readonly log?: Log;
}

type EventRow = Omit<StoredEvent, 'recordedAt' | 'mac'> & { readonly recordedAt: Date; readonly mac: Buffer };

const columns = 'position, stream, version, type, body, actor, recorded_at as "recordedAt", mac';

/**
 * Events in PostgreSQL (`eventStoreMigrations`). Every append locks the one row of `events_head` until its transaction
 * ends. So positions are given in the order of the commits, a reader that sees a position sees all before it, and each event
 * is chained to the one before. The pool is one of `openPool`, whose integers are numbers; close the store before it.
 */
export class PostgresEventStore implements EventStore {
  private readonly log: Log;
  private readonly listener: AppendListener;
  private readonly headTimer: NodeJS.Timeout;
  private signing: Promise<void> = Promise.resolve();
  private signed: number | undefined;
  /** Whether an event in the store is known to be of this key; later ones are then of it too. */
  private keyProven = false;

  constructor(
    private readonly pool: Pool,
    private readonly options: EventStoreOptions,
  ) {
    if (options.key.length < SHORTEST_KEY)
      throw new RangeError(
        `The key of the event store has ${options.key.length} bytes; it needs at least ${SHORTEST_KEY}.`,
      );
    this.log = options.log ?? silentLog;
    this.listener = new AppendListener(pool, this.log);
    this.headTimer = setInterval(() => {
      this.writeHead().catch((error: unknown) => this.log.error(`No head could be signed: ${errorMessage(error)}`));
    }, options.headEvery ?? 5_000);
    this.headTimer.unref();
  }

  async append(
    tx: PoolClient,
    appends: readonly Append[],
    by: { actor: string; at: Date },
  ): Promise<readonly StoredEvent[]> {
    const actor = checkName('actor', by.actor);
    const recordedAt = by.at.toISOString();

    // 1. The one lock, in a statement of its own: what the next one sees is then no older than the lock.
    const head = await tx.query<{ position: number; mac: Buffer }>('select position, mac from events_head for update');
    let { position, mac } = head.rows[0] ?? missingHead();
    // Of processes that all found the store empty when they started, the first to append settles the key.
    await this.proveKey(tx);

    // 2. Each event is chained to the one before.
    const before = new Map<string, number>();
    const versions = new Map<string, number>();
    const events: StoredEvent[] = [];
    const bodies: string[] = [];
    for (const { stream, expectedVersion, events: added } of appends) {
      let version = versions.get(checkName('stream', stream)) ?? expectedVersion;
      if (version !== expectedVersion) throw new VersionConflict(stream, expectedVersion, version);
      if (!versions.has(stream)) before.set(stream, expectedVersion);
      for (const { type, body } of added) {
        version += 1;
        position += 1;
        const text = bodyText(body);
        const event: ChainedEvent = {
          position,
          stream,
          version,
          type: checkName('type', type),
          body: text,
          actor,
          recordedAt,
        };
        mac = macOf(this.options.key, mac, event);
        bodies.push(text);
        events.push({ ...event, body, mac: mac.toString('hex') });
      }
      versions.set(stream, version);
    }

    // 3. All in one statement, where the streams are at the versions that the caller's decisions were based on. It sees what was there
    // when the lock was taken. Readers are told when it is committed.
    const { rowCount } = await tx.query(
      `with other as (
         select from unnest($11::text[], $12::integer[]) as b (stream, version)
          where version <> coalesce((select version from events e where e.stream = b.stream order by version desc limit 1), 0)
       ), added as (
         insert into events (position, stream, version, type, body, actor, recorded_at, mac)
         select position, stream, version, type, body::json, $6, $7, decode(mac, 'hex')
           from unnest($1::bigint[], $2::text[], $3::integer[], $4::text[], $5::text[], $8::text[])
             as e (position, stream, version, type, body, mac)
          where not exists (select from other)
       )
       update events_head set position = $9, mac = $10 where not exists (select from other)
       returning case when position > $13 then pg_notify('${CHANNEL}', $9::bigint::text) end`,
      [
        events.map((event) => event.position),
        events.map((event) => event.stream),
        events.map((event) => event.version),
        events.map((event) => event.type),
        bodies,
        actor,
        recordedAt,
        events.map((event) => event.mac),
        position,
        mac,
        [...before.keys()],
        [...before.values()],
        position - events.length,
      ],
    );
    if (rowCount !== 1) throw await this.conflict(tx, before);
    return events;
  }

  async readStream(stream: string, fromVersion = 1): Promise<readonly StoredEvent[]> {
    return this.read(this.pool, 'stream = $1 and version >= $2 order by version', [stream, fromVersion]);
  }

  async readStreams(tx: PoolClient, streams: readonly string[]): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    const byStream = new Map<string, StoredEvent[]>(streams.map((stream) => [stream, []]));
    const events = await this.read(tx, 'stream = any($1) order by stream, version', [streams]);
    for (const event of events) byStream.get(event.stream)?.push(event);
    return byStream;
  }

  async readAll(afterPosition: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.read(this.pool, 'position > $1 order by position limit $2', [afterPosition, limit]);
  }

  async waitBeyond(position: number, signal: AbortSignal): Promise<void> {
    let woken = false;
    let told = 0;
    let wake: () => void = () => undefined;
    const wakeUp = (): void => {
      woken = true;
      wake();
    };
    // Listening begins before looking: an append between the two wakes up too.
    const stopListening = this.listener.onAppend((newest) => {
      told = newest;
      wakeUp();
    });
    signal.addEventListener('abort', wakeUp);
    try {
      for (;;) {
        await this.listener.listen();
        woken = false;
        if (signal.aborted || told > position || (await this.lastPosition()) > position) return;
        if (woken) continue;
        await new Promise<void>((resolve) => {
          const poll = setTimeout(resolve, this.options.pollEvery ?? 1_000);
          wake = () => {
            clearTimeout(poll);
            resolve();
          };
        });
      }
    } finally {
      stopListening();
      signal.removeEventListener('abort', wakeUp);
    }
  }

  /**
   * Makes sure, at little cost, that this store goes on with the chain that is there: another key would break it for good.
   * An empty store takes any key.
   * @throws KeyMismatch where the newest event was written with another key, or altered
   */
  async checkKey(): Promise<void> {
    await this.proveKey(this.pool);
  }

  async verify(): Promise<ChainBreak | null> {
    return inTransaction(this.pool, (tx) => verifyChain(tx, this.options.key, this.options.heads), {
      isolation: 'repeatable read',
      readOnly: true,
    });
  }

  /** Signs a head for the newest committed event, unless one is signed already. Called by a timer; one at a time. */
  async writeHead(): Promise<void> {
    this.signing = this.signing.catch(() => undefined).then(() => this.signNewest());
    return this.signing;
  }

  /** Signs a last head, unless the key is not the chain's, and stops listening. The pool stays open: it is the caller's. */
  async close(): Promise<void> {
    clearInterval(this.headTimer);
    await this.listener.close();
    try {
      await this.writeHead();
    } catch (error) {
      if (!(error instanceof KeyMismatch)) throw error;
      this.log.error(`No last head was signed: ${error.message}`);
    }
  }

  private async proveKey(source: Pool | PoolClient): Promise<void> {
    this.keyProven ||= await checkNewest(source, this.options.key);
  }

  private async signNewest(): Promise<void> {
    this.signed ??= (await this.options.heads.newest())?.position ?? 0;
    const { rows } = await this.pool.query<{ position: number; mac: Buffer }>('select position, mac from events_head');
    const { position, mac } = rows[0] ?? missingHead();
    if (position < this.signed)
      this.log.error(
        `The event store ends at ${position}, yet a head was signed for ${this.signed}: events were removed. Run a check of the chain.`,
      );
    if (position <= this.signed) return;
    // A head under another key would look like tampering to whoever has the right one.
    await this.proveKey(this.pool);
    const head = { position, mac: mac.toString('hex'), at: new Date().toISOString() };
    await this.options.heads.append(signHead(this.options.key, head));
    this.signed = position;
  }

  private async lastPosition(): Promise<number> {
    const { rows } = await this.pool.query<{ position: number }>('select position from events_head');
    return rows[0]?.position ?? missingHead();
  }

  /** Says which stream is not at the version that was expected. */
  private async conflict(tx: PoolClient, expected: ReadonlyMap<string, number>): Promise<Error> {
    const { rows } = await tx.query<{ stream: string; version: number }>(
      `select stream, version from unnest($1::text[]) as s (stream)
         cross join lateral (select version from events e where e.stream = s.stream order by version desc limit 1) as newest`,
      [[...expected.keys()]],
    );
    const found = new Map(rows.map(({ stream, version }) => [stream, version]));
    for (const [stream, version] of expected) {
      const actual = found.get(stream) ?? 0;
      if (actual !== version) return new VersionConflict(stream, version, actual);
    }
    return new Error('Events were not appended, though every stream is at the version that was expected.');
  }

  private async read(source: Pool | PoolClient, where: string, values: unknown[]): Promise<StoredEvent[]> {
    const { rows } = await source.query<EventRow>(`select ${columns} from events where ${where}`, values);
    return rows.map((row) => ({ ...row, recordedAt: row.recordedAt.toISOString(), mac: row.mac.toString('hex') }));
  }
}

function missingHead(): never {
  throw new Error(
    'The table events_head is empty: the event store was not set up by its migrations, or was tampered with.',
  );
}
