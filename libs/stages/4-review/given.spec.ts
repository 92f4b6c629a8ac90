import { queuePath } from './review.pipeline';
import type { HitState } from '@weir/contracts';
import { hitExample, topics } from '@weir/contracts';
import { alertIdOf, alertStreamOf, decideAlert, evolveAlert } from '@weir/domain';
import type { Alert, AlertCommand, AlertEvent, AlertGroup, AlertHit, AlertSeverity } from '@weir/domain';
import { eventStoreMigrations, PostgresEventStore } from '@weir/platform/event-store';
import type { Append } from '@weir/platform/event-store';
import { inTransaction, migrate, openPool, silentLog } from '@weir/platform/sql';
import { sharedPostgres } from '@weir/testing';
import type { Pool } from 'pg';
import { EventFollower } from './adapters/event-follower';
import type { EventReader } from './adapters/event-follower';
import { QueueProjection } from './adapters/queue-projection';
import { reviewMigrations } from './adapters/review.migrations';

/** Event time of the first hit of most tests: 2026-11-22T00:00:00Z. */
export const day0 = Date.UTC(2026, 10, 22);

/** What a test says of a hit; everything else is taken from the example. */
export interface HitSays {
  readonly status?: AlertHit['status'];
  readonly severity?: AlertSeverity;
  readonly account?: string | null;
  readonly customer?: string | null;
  readonly branch?: string | null;
  readonly occurredAt?: number;
  readonly offset?: number;
}

/** A state of the hit of this name. */
export function hitOf(name: string, says: HitSays = {}): AlertHit {
  const { status = 'raised', severity = 'high', account = 'A1', customer = 'C1', branch = 'B1' } = says;
  const { occurredAt = day0, offset = 0 } = says;
  const { version, cause, evidence }: HitState = hitExample;
  return {
    hitId: Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64),
    status,
    version,
    severity,
    fact: { source: 'default', id: name, occurredAt, accountId: account, customerId: customer, branchId: branch },
    cause,
    asOf: { topic: topics.facts, partition: 0, offset, step: 0 },
    evidence,
  };
}

/** What a test says of an alert: its first hit, its rule, when it was raised. */
export interface AlertSays extends HitSays {
  readonly rule?: string;
  readonly raisedAt?: number;
  readonly due?: number;
}

/** A desk without stage 3: alerts are raised by the domain straight into the event store. */
export interface GivenReview {
  readonly pool: Pool;
  readonly events: PostgresEventStore;
  /** Raises an alert by the hit of this name; gives its id. */
  raise(name: string, says?: AlertSays): Promise<string>;
  /** Raises many at once. */
  raiseAll(alerts: readonly (readonly [string, AlertSays])[]): Promise<readonly string[]>;
  join(alertId: string, ...hits: readonly AlertHit[]): Promise<void>;
  record(alertId: string, hit: AlertHit): Promise<void>;
  follower(reader?: EventReader): EventFollower;
  /** Brings the queue up to the end of the event store. */
  project(): Promise<void>;
  /** All tables of the queue, as one comparable value. */
  queue(): Promise<unknown>;
  empty(): Promise<void>;
  stop(): Promise<void>;
}

const group: AlertGroup = [{ field: 'accountId', value: 'A1' }];

export async function givenReview(): Promise<GivenReview> {
  const database = await sharedPostgres();
  const pool = openPool({ connectionString: database.connectionString });
  await migrate(pool, eventStoreMigrations, reviewMigrations);
  const events = new PostgresEventStore(pool, { key: Buffer.alloc(32, 7), heads: headsInMemory(), pollEvery: 50 });
  const alerts = new Map<string, { readonly alert: Alert; readonly version: number }>();

  const decided = (command: AlertCommand, alertId: string): Append => {
    const before = alerts.get(alertId);
    const decision = decideAlert(command, before?.alert ?? null);
    if (!decision.ok) throw new Error(`refused: ${decision.refusal}`);
    const alert = decision.events.reduce(
      (state: Alert | null, event: AlertEvent) => evolveAlert(state, event),
      before?.alert ?? null,
    );
    if (alert === null) throw new Error('no alert came of it');
    const version = before?.version ?? 0;
    alerts.set(alertId, { alert, version: version + decision.events.length });
    return { stream: alertStreamOf(alertId), expectedVersion: version, events: decision.events };
  };
  const append = async (appends: readonly Append[]): Promise<void> => {
    await inTransaction(pool, (tx) => events.append(tx, appends, { actor: 'system:test', at: new Date(day0) }));
  };
  const raiseCommand = (
    name: string,
    { rule = 'r', raisedAt = day0 + 1_000, due = 3_600_000, ...hit }: AlertSays,
  ): AlertCommand => ({
    type: 'raise-alert',
    rule,
    title: { en: 'R', zh: '规' },
    group,
    confirmWithCustomer: false,
    due,
    linkedTo: null,
    hit: hitOf(name, hit),
    at: raisedAt,
  });

  const given: GivenReview = {
    pool,
    events,
    async raise(name, says = {}) {
      const [id = ''] = await given.raiseAll([[name, says]]);
      return id;
    },
    async raiseAll(all) {
      const ids = all.map(([name]) => alertIdOf(hitOf(name).hitId));
      await append(all.map(([name, says], index) => decided(raiseCommand(name, says), ids[index] ?? '')));
      return ids;
    },
    async join(alertId, ...hits) {
      const rule = alerts.get(alertId)?.alert.rule ?? '';
      await append(hits.map((hit) => decided({ type: 'join-hit', rule, group, hit, at: day0 + 2_000 }, alertId)));
    },
    async record(alertId, hit) {
      await append([decided({ type: 'record-hit', hit, at: day0 + 3_000 }, alertId)]);
    },
    follower: (reader = new QueueProjection(queuePath)) =>
      new EventFollower({ pool, events, reader, logger: silentLog }),
    project: () => given.follower().catchUp(),
    async queue() {
      const rows = async (text: string) => (await pool.query<Record<string, unknown>>(text)).rows;
      return {
        checkpoint: await rows(`SELECT position FROM review_checkpoints WHERE reader = 'queue'`),
        alerts: await rows('SELECT * FROM review_alerts ORDER BY alert_id'),
        subjects: await rows('SELECT * FROM review_subjects ORDER BY alert_id, kind, value'),
        hits: await rows('SELECT * FROM review_hits ORDER BY alert_id, hit_id'),
        history: await rows('SELECT * FROM review_history ORDER BY alert_id, version'),
        open: await rows('SELECT * FROM review_open_counts WHERE alerts <> 0 ORDER BY severity'),
      };
    },
    async empty() {
      await pool.query(
        `DELETE FROM review_checkpoints; DELETE FROM review_alerts; DELETE FROM review_subjects; DELETE FROM review_hits;
         DELETE FROM review_history; DELETE FROM review_open_counts; DELETE FROM events;
         UPDATE events_head SET position = 0, mac = decode(repeat('00', 32), 'hex')`,
      );
      alerts.clear();
    },
    async stop() {
      await events.close();
      await pool.end();
      await database.stop();
    },
  };
  return given;
}

type Heads = ConstructorParameters<typeof PostgresEventStore>[1]['heads'];

function headsInMemory(): Heads {
  const heads: Parameters<Heads['append']>[0][] = [];
  return {
    append: (head) => {
      heads.push(head);
      return Promise.resolve();
    },
    async *read() {
      yield* await Promise.resolve(heads);
    },
    newest: () => Promise.resolve(heads.at(-1) ?? null),
  };
}
