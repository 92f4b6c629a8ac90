import { outboxPath, queuePath } from './review.pipeline';
import { alertEventSchema, topics } from '@weir/contracts';
import { inTransaction } from '@weir/platform/sql';
import fc from 'fast-check';
import { AlertsOutbox } from './adapters/alerts-outbox';
import { QueueProjection } from './adapters/queue-projection';
import { openAlerts } from './adapters/review-metrics';
import { day0, givenReview, hitOf } from './given.spec';
import type { GivenReview } from './given.spec';

// Starting PostgreSQL and whole transactions take their time on a busy machine.
jest.setTimeout(60_000);

let given: GivenReview;
beforeAll(async () => {
  given = await givenReview();
}, 120_000);
beforeEach(() => given.empty());
afterAll(() => given.stop());

describe('the queue follows the event store', () => {
  it('shows an alert with its newest hits, severity, branches and times', async () => {
    const id = await given.raise('a', { severity: 'medium', branch: 'B2', occurredAt: day0 + 5 });
    await given.join(
      id,
      hitOf('b', { severity: 'critical', branch: 'B1', account: 'A2', occurredAt: day0 + 1, offset: 1 }),
    );
    await given.record(
      id,
      hitOf('a', { status: 'withdrawn', severity: 'medium', branch: 'B2', occurredAt: day0 + 5, offset: 2 }),
    );
    await given.project();
    expect(await given.queue()).toMatchObject({
      checkpoint: [{ position: 3 }],
      alerts: [
        {
          alert_id: id,
          severity: 3,
          hits: 2,
          standing_hits: 1,
          standing: true,
          branches: ['B1', 'B2'],
          first_occurred_at: new Date(day0 + 1),
          last_occurred_at: new Date(day0 + 5),
          raised_at: new Date(day0 + 1_000),
          due_at: new Date(day0 + 1_000 + 3_600_000),
        },
      ],
      subjects: [
        { kind: 'account', value: 'A1', severity: 3 },
        { kind: 'account', value: 'A2', severity: 3 },
        { kind: 'branch', value: 'B1' },
        { kind: 'branch', value: 'B2' },
        { kind: 'customer', value: 'C1' },
      ],
      hits: [{ status: 'withdrawn' }, { status: 'raised' }],
      history: [{ type: 'alert-raised' }, { type: 'hit-joined' }, { type: 'hit-withdrawn' }],
    });
  });

  it('keeps count of the open alerts by severity', async () => {
    const id = await given.raise('a', { severity: 'low' });
    await given.raise('b', { severity: 'high' });
    await given.project();
    await given.join(id, hitOf('c', { severity: 'high', offset: 1 }));
    await given.project();
    expect([...(await openAlerts(given.pool))]).toEqual([
      ['low', 0],
      ['medium', 0],
      ['high', 2],
      ['critical', 0],
    ]);
  });

  it('stores nothing of a batch that fails, and does it again', async () => {
    await given.raise('a');
    const queue = new QueueProjection(queuePath);
    let failures = 1;
    const failing = {
      name: 'queue' as const,
      apply: async (...args: Parameters<QueueProjection['apply']>) => {
        await queue.apply(...args);
        if (failures-- > 0) throw new Error('crash before the checkpoint');
      },
    };
    const before = await given.queue();
    await expect(given.follower(failing).catchUp()).rejects.toThrow('crash');
    expect(await given.queue()).toEqual(before);
    await given.follower(failing).catchUp();
    expect(await given.queue()).toMatchObject({ alerts: [{ hits: 1 }], open: [{ alerts: 1 }] });
  });

  it('counts each event once where several processes follow', async () => {
    await given.raiseAll(
      Array.from({ length: 1_200 }, (_, index) => [`n${index}`, { account: `A${index % 7}` }] as const),
    );
    await Promise.all([given.project(), given.project(), given.project()]);
    expect(await given.queue()).toMatchObject({
      checkpoint: [{ position: 1_200 }],
      open: [{ severity: 2, alerts: 1_200 }],
    });
  });

  it('refuses to skip an event that it does not know', async () => {
    await inTransaction(given.pool, (tx) =>
      given.events.append(
        tx,
        [{ stream: `alert-${'a'.repeat(32)}`, expectedVersion: 0, events: [{ type: 'alert-teleported', body: {} }] }],
        { actor: 'somebody', at: new Date(day0) },
      ),
    );
    await expect(given.project()).rejects.toThrow('alert-teleported');
  });

  it('passes over events of other streams', async () => {
    await inTransaction(given.pool, (tx) =>
      given.events.append(
        tx,
        [{ stream: 'rule-r', expectedVersion: 0, events: [{ type: 'rule-drafted', body: {} }] }],
        {
          actor: 'somebody',
          at: new Date(day0),
        },
      ),
    );
    await given.project();
    expect(await given.queue()).toMatchObject({ checkpoint: [{ position: 1 }], alerts: [] });
  });

  it('follows by itself until it is stopped', async () => {
    const follower = given.follower();
    follower.start();
    await given.raise('a');
    await until(async () => ((await given.queue()) as { alerts: unknown[] }).alerts.length === 1);
    await follower.check();
    await follower.stop();
  });
});

describe('the queue built again from nothing', () => {
  const severity = fc.constantFrom('low', 'medium', 'high', 'critical' as const);
  const step = fc.record({
    alert: fc.nat(3),
    hit: fc.nat(3),
    status: fc.constantFrom('revised', 'withdrawn', 'reinstated' as const),
    severity,
    branch: fc.constantFrom('B1', 'B2', null),
    project: fc.boolean(),
  });

  it('equals the one that was kept, whatever happened and in whatever batches it was followed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        await given.empty();
        const ids = new Map<number, string>();
        const onAlert = new Set<string>();
        for (const [offset, { alert, hit, status, severity: grave, branch, project }] of steps.entries()) {
          const name = `${alert}-${hit}`;
          const id = ids.get(alert);
          if (id === undefined) ids.set(alert, await given.raise(name, { severity: grave, branch }));
          else if (onAlert.has(name))
            await given.record(id, hitOf(name, { status, severity: grave, branch, offset: offset + 1 }));
          else await given.join(id, hitOf(name, { severity: grave, branch, offset }));
          onAlert.add(name);
          if (project) await given.project();
        }
        await given.project();
        const kept = await given.queue();
        expect(await new QueueProjection(queuePath).rebuild(given.pool, given.events)).toBe(steps.length);
        expect(await given.queue()).toEqual(kept);
      }),
      { numRuns: 25 },
    );
  });

  it('mends a queue that was damaged, and goes on from there', async () => {
    await given.raise('a');
    await given.project();
    const kept = await given.queue();
    await given.pool.query(`UPDATE review_alerts SET hits = 99; DELETE FROM review_hits`);
    await new QueueProjection(queuePath).rebuild(given.pool, given.events);
    expect(await given.queue()).toEqual(kept);
    await given.raise('b');
    await given.project();
    expect(await given.queue()).toMatchObject({ alerts: [{ hits: 1 }, { hits: 1 }] });
  });
});

describe('what others learn', () => {
  it('is each alert that was raised, without account, customer or amount', async () => {
    const sent: { topic: string; key: string; value: string }[] = [];
    const outbox = new AlertsOutbox(outboxPath, {
      send: (topic, records) => {
        sent.push(...records.map(({ key, value }) => ({ topic, key: String(key), value: String(value) })));
        return Promise.resolve(records.map((_, offset) => ({ partition: 0, offset })));
      },
    });
    const id = await given.raise('a', { account: '6222020200112233445', customer: 'CUSTOMER', branch: 'B7' });
    await given.join(id, hitOf('b', { offset: 1 }));
    await given.follower(outbox).catchUp();
    await given.follower(outbox).catchUp();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ topic: topics.alerts, key: id });
    expect(alertEventSchema.parse(JSON.parse(sent[0]?.value ?? ''))).toMatchObject({ alertId: id, branchId: 'B7' });
    expect(sent[0]?.value).not.toMatch(/6222020200112233445|CUSTOMER|4800|14400/);
  });

  it('is sent again where it was not acknowledged', async () => {
    let down = true;
    let sent = 0;
    const outbox = new AlertsOutbox(outboxPath, {
      send: (_topic, records) => {
        if (down) return Promise.reject(new Error('the log is down'));
        sent += records.length;
        return Promise.resolve([]);
      },
    });
    await given.raise('a');
    await expect(given.follower(outbox).catchUp()).rejects.toThrow('the log is down');
    down = false;
    await given.follower(outbox).catchUp();
    expect(sent).toBe(1);
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('Waited 20 s in vain.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
