import type { HitState } from '@weir/contracts';
import { hitExample, topics } from '@weir/contracts';
import { evolveAlert } from '@weir/domain';
import type { Alert, AlertEvent, AlertState } from '@weir/domain';
import { eventStoreMigrations, PostgresEventStore } from '@weir/platform/event-store';
import type { Batch, LogRecord, NewRecord } from '@weir/platform/record-log';
import { migrate, openPool, silentLog } from '@weir/platform/sql';
import { sharedPostgres } from '@weir/testing';
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { alertingMigrations } from './adapters/alerting.migrations';
import { AlertingMetrics } from './adapters/alerting-metrics';
import { HitsConsumer } from './adapters/hits-consumer';
import type { AlertingPorts } from './alerting.ports';
import { alertEventOf } from './steps/catch-up';

/** Event time of the first hit of most tests: 2026-11-22T00:00:00Z. */
export const day0 = Date.UTC(2026, 10, 22);

/** A state of the hit of this name; hits of one account are of one group. */
export function hitOf(name: string, over: Partial<HitState> & { account?: string; offset?: number } = {}): HitState {
  const { account = 'A1', offset = 0, ...rest } = over;
  return {
    ...hitExample,
    hitId: Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64),
    group: [{ field: 'accountId', value: account }],
    fact: { ...hitExample.fact, id: name, occurredAt: day0, accountId: account },
    asOf: { topic: topics.facts, partition: 0, offset, step: 0 },
    ...rest,
  };
}

/** Records as the log would deliver them, from an offset on. */
export function batchOf(first: number, values: readonly (HitState | string)[], partition = 0): Batch {
  const records: LogRecord[] = values.map((value, index) => ({
    offset: first + index,
    key: Buffer.from('key'),
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    headers: {},
    timestamp: day0,
  }));
  return { topic: topics.hits, partition, records, high: first + values.length };
}

/** Alerting on a database of its own. */
export interface GivenAlerting {
  readonly pool: Pool;
  readonly events: PostgresEventStore;
  readonly ports: AlertingPorts;
  readonly sent: { readonly topic: string; readonly record: NewRecord }[];
  readonly registry: Registry;
  /** A member of the group, with a partition (or several) assigned. */
  member(partitions?: readonly number[], ports?: Partial<AlertingPorts>): Promise<HitsConsumer>;
  /** Alerts as the event store tells them, by the order of their raising. */
  alerts(): Promise<readonly Alert[]>;
  /** Everything that is stored, as one comparable value. */
  everything(): Promise<unknown>;
  /** Empties all tables. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

export async function givenAlerting(): Promise<GivenAlerting> {
  const database = await sharedPostgres();
  const pool = openPool({ connectionString: database.connectionString });
  await migrate(pool, eventStoreMigrations, alertingMigrations);
  const events = new PostgresEventStore(pool, { key: Buffer.alloc(32, 7), heads: headsInMemory() });
  const sent: { topic: string; record: NewRecord }[] = [];
  const log = {
    send: (topic: string, records: readonly NewRecord[]) => {
      sent.push(...records.map((record) => ({ topic, record })));
      return Promise.resolve(records.map((_, offset) => ({ partition: 0, offset })));
    },
  };
  const ports: AlertingPorts = { pool, events, log, clock: () => day0 + 1_000 };
  const registry = new Registry();
  const metrics = new AlertingMetrics(registry);
  return {
    pool,
    events,
    ports,
    sent,
    registry,
    async member(partitions = [0], over = {}) {
      const identity = { name: topics.hits, partitions: 4, identity: 'cluster/topic' };
      const member = new HitsConsumer({
        ports: { ...ports, ...over },
        log: { describe: () => Promise.resolve(identity) },
        group: 'test-alerting',
        metrics,
        logger: silentLog,
      });
      for (const partition of partitions) await member.assigned(topics.hits, partition, { low: 0, high: 1_000_000 });
      return member;
    },
    async alerts() {
      const alerts = new Map<string, AlertState>();
      for (const event of await events.readAll(0, 1_000_000)) {
        const alertEvent: AlertEvent = alertEventOf(event);
        alerts.set(event.stream, evolveAlert(alerts.get(event.stream) ?? null, alertEvent));
      }
      return [...alerts.values()].filter((alert) => alert !== null);
    },
    async everything() {
      const rows = async (text: string) => (await pool.query<Record<string, unknown>>(text)).rows;
      return {
        positions: await rows('SELECT * FROM alerting_positions ORDER BY topic, partition'),
        alerts: await rows('SELECT * FROM alerting_alerts ORDER BY alert_id'),
        hits: await rows('SELECT * FROM alerting_hits ORDER BY hit_id'),
        events: await rows('SELECT stream, version, type, body, actor FROM events ORDER BY position'),
      };
    },
    async empty() {
      await pool.query(
        `DELETE FROM alerting_positions; DELETE FROM alerting_hits; DELETE FROM alerting_alerts; DELETE FROM events;
         UPDATE events_head SET position = 0, mac = decode(repeat('00', 32), 'hex')`,
      );
      sent.length = 0;
    },
    async stop() {
      await events.close();
      await pool.end();
      await database.stop();
    },
  };
}

function headsInMemory(): ConstructorParameters<typeof PostgresEventStore>[1]['heads'] {
  type Head = Parameters<ConstructorParameters<typeof PostgresEventStore>[1]['heads']['append']>[0];
  const heads: Head[] = [];
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
