import { Global, Module } from '@nestjs/common';
import { topics } from '@weir/contracts';
import { CLOCK, systemClock } from '@weir/platform/clock';
import { EVENT_STORE } from '@weir/platform/event-store';
import { startHttpApp } from '@weir/platform/http';
import type { RunningHttpApp } from '@weir/platform/http';
import { createLogger } from '@weir/platform/logging';
import { PostgresRecordLog, RECORD_LOG, recordLogMigrations } from '@weir/platform/record-log';
import { migrate, PG_POOL } from '@weir/platform/sql';
import type { HitState } from '@weir/contracts';
import { AlertingModule } from './alerting.module';
import { givenAlerting, hitOf } from './given.spec';
import type { GivenAlerting } from './given.spec';

// Starting PostgreSQL and joining a consumer group take their time on a busy machine.
jest.setTimeout(60_000);

let given: GivenAlerting;
let log: PostgresRecordLog;
beforeAll(async () => {
  given = await givenAlerting();
  await migrate(given.pool, recordLogMigrations);
  log = new PostgresRecordLog(given.pool);
  await log.ensureTopics([topics.hits, topics.deadLetters].map((name) => ({ name, partitions: 4 })));
}, 120_000);
afterAll(async () => {
  await log.close();
  await given.stop();
});

async function start(): Promise<RunningHttpApp> {
  @Global()
  @Module({
    providers: [
      { provide: PG_POOL, useValue: given.pool },
      { provide: EVENT_STORE, useValue: given.events },
      { provide: RECORD_LOG, useValue: log },
      { provide: CLOCK, useValue: systemClock },
    ],
    exports: [PG_POOL, EVENT_STORE, RECORD_LOG, CLOCK],
  })
  class Stores {}
  @Module({ imports: [Stores, AlertingModule.with({ group: 'test' })] })
  class Desk {}
  const logger = createLogger({ level: 'silent', pretty: false });
  return startHttpApp(Desk, { host: '127.0.0.1', port: 0, title: 'Desk', token: 'a-token-for-this-test', logger });
}

const send = (states: readonly HitState[]) =>
  log.send(
    topics.hits,
    states.map((state) => ({
      key: Buffer.from(`${state.rule}|${state.fact.accountId}`),
      value: Buffer.from(JSON.stringify(state)),
    })),
  );

async function untilAlerts(count: number, hits: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const alerts = await given.alerts();
    const joined = alerts.reduce((sum, alert) => sum + alert.hits, 0);
    if (alerts.length === count && joined === hits) return;
    if (Date.now() > deadline)
      throw new Error(`There are ${alerts.length} alerts with ${joined} hits, not ${count} with ${hits}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('alerting in an application', () => {
  it('raises alerts from the log, says how it fares, and goes on after a restart', async () => {
    const hits = Array.from({ length: 60 }, (_, index) =>
      hitOf(`h${index}`, { account: `A${index % 6}`, offset: index }),
    );
    const first = await start();
    await send(hits.slice(0, 40));
    await untilAlerts(6, 40);
    const ready = await fetch(`${first.url}/health/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ok', checks: [{ name: 'alerting: hits', status: 'ok' }] });
    const metrics = await (await fetch(`${first.url}/metrics`)).text();
    expect(metrics).toContain('weir_alerts_raised_total{rule="ebank-daily-total",severity="high"} 6');
    expect(metrics).toContain('weir_alerting_hit_states_total{status="raised",outcome="joined"} 34');
    expect(metrics).toMatch(/weir_alerting_delay_seconds_count{from="arrived"} 40/);
    await first.app.close();

    await send(hits); // a detector that was restarted publishes again, and more
    const second = await start();
    await untilAlerts(6, 60);
    await second.app.close();
    await expect(given.events.verify()).resolves.toBeNull();
  });
});
