/* Long for one reason: all routes of the queue over the same sixty alerts. */
import { Global, Module } from '@nestjs/common';
import {
  alertExample,
  alertHistoryPageSchema,
  alertHitPageSchema,
  alertPageSchema,
  alertSchema,
} from '@weir/contracts';
import type { AlertPage, AlertSummary } from '@weir/contracts';
import { EVENT_STORE } from '@weir/platform/event-store';
import { startHttpApp } from '@weir/platform/http';
import type { RunningHttpApp } from '@weir/platform/http';
import { createLogger } from '@weir/platform/logging';
import { RECORD_LOG } from '@weir/platform/record-log';
import { PG_POOL } from '@weir/platform/sql';
import { day0, givenReview, hitOf } from '../given.spec';
import type { AlertSays, GivenReview } from '../given.spec';
import { ReviewModule } from '../review.module';
import { listAlertsRequest, naturalOrder } from './list-alerts/list-alerts.request';
import { queuePage } from './list-alerts/queue-page.sql';
import type { PagePlace } from './list-alerts/queue-page.sql';

// Starting PostgreSQL and whole transactions take their time on a busy machine.
jest.setTimeout(60_000);

const token = 'a-token-for-this-test';
const minute = 60_000;
let given: GivenReview;
let running: RunningHttpApp;

beforeAll(async () => {
  given = await givenReview();
  const log = { send: () => Promise.resolve([]) };
  @Global()
  @Module({
    providers: [
      { provide: PG_POOL, useValue: given.pool },
      { provide: EVENT_STORE, useValue: given.events },
      { provide: RECORD_LOG, useValue: log },
    ],
    exports: [PG_POOL, EVENT_STORE, RECORD_LOG],
  })
  class Stores {}
  @Module({ imports: [Stores, ReviewModule] })
  class Desk {}
  const logger = createLogger({ level: 'silent', pretty: false });
  running = await startHttpApp(Desk, { host: '127.0.0.1', port: 0, title: 'Desk', token, logger });
}, 120_000);
beforeEach(() => given.empty());
afterAll(async () => {
  await running.app.close();
  await given.stop();
});

async function get(path: string, authorization: string | null = `Bearer ${token}`) {
  const headers = new Headers(authorization === null ? [] : [['authorization', authorization]]);
  const response = await fetch(`${running.url}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
async function page(query: string): Promise<AlertPage> {
  const { status, body } = await get(`/v1/alerts?${query}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return alertPageSchema.parse(body);
}
async function walk(query: string): Promise<readonly AlertSummary[]> {
  const all: AlertSummary[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { alerts, next }: AlertPage = await page(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    all.push(...alerts);
    cursor = next;
  }
  return all;
}

/** 60 alerts of every severity, three rules, accounts, customers and branches, raised at 20 different times. */
async function sixty(): Promise<readonly string[]> {
  const severities = ['low', 'medium', 'high', 'critical'] as const;
  const all = Array.from({ length: 60 }, (_, index): readonly [string, AlertSays] => [
    `s${index}`,
    {
      severity: severities[index % 4] ?? 'low',
      rule: `rule-${index % 3}`,
      account: `A${index % 5}`,
      customer: `C${index % 2}`,
      branch: index % 6 === 0 ? null : `B${index % 6}`,
      raisedAt: day0 + Math.floor(index / 3) * minute,
      due: (60 - index) * 10 * minute,
      occurredAt: day0 - index,
    },
  ]);
  const ids = await given.raiseAll(all);
  await given.project();
  return ids;
}

describe('a page of the queue', () => {
  it('shows the newest alerts first, and where the next page begins', async () => {
    await sixty();
    const first = await page('limit=10');
    expect(first.alerts).toHaveLength(10);
    expect(first.next).not.toBeNull();
    const times = first.alerts.map(({ raisedAt }) => raisedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect((await page('limit=60')).next).toBeNull();
  });

  it.each(['raisedAt', 'dueAt', 'severity'].flatMap((sort) => ['asc', 'desc'].map((order) => [sort, order] as const)))(
    'walks every alert exactly once by %s %s, in order',
    async (sort, order) => {
      const ids = await sixty();
      const walked = await walk(`sort=${sort}&order=${order}&limit=7`);
      expect(walked.map(({ id }) => id).sort()).toEqual([...ids].sort());
      const rank = { low: 0, medium: 1, high: 2, critical: 3 };
      const keys = walked.map((alert) =>
        sort === 'raisedAt'
          ? alert.raisedAt
          : sort === 'dueAt'
            ? alert.dueAt
            : `${rank[alert.severity]}${alert.raisedAt}`,
      );
      const sorted = [...keys].sort();
      expect(keys).toEqual(order === 'asc' ? sorted : sorted.reverse());
    },
  );

  it('walks every alert that was there exactly once while new ones arrive', async () => {
    const ids = await sixty();
    const walked: string[] = [];
    let cursor = '';
    for (let turn = 0; ; turn += 1) {
      const { alerts, next } = await page(`limit=9${cursor}`);
      walked.push(...alerts.map(({ id }) => id));
      if (next === null) break;
      cursor = `&cursor=${next}`;
      // new ones, one at the same moment as the last alert shown, and a hit that changes one that is still to come
      await given.raiseAll([[`new${turn}`, { raisedAt: day0 + 100 * minute }]]);
      await given.join(ids[0] ?? '', hitOf(`more${turn}`, { severity: 'critical', offset: turn + 1 }));
      await given.project();
    }
    expect(walked.filter((id) => ids.includes(id)).sort()).toEqual([...ids].sort());
    expect(new Set(walked).size).toBe(walked.length);
  });

  it.each<[string, (alert: AlertSummary, index: number) => boolean]>([
    ['severity=critical', ({ severity }) => severity === 'critical'],
    ['severity=high,critical', ({ severity }) => severity === 'high' || severity === 'critical'],
    ['rule=rule-1', ({ rule }) => rule === 'rule-1'],
    [
      'rule=rule-1&severity=low,medium',
      ({ rule, severity }) => rule === 'rule-1' && ['low', 'medium'].includes(severity),
    ],
    ['account=A3', ({ accountId }) => accountId === 'A3'],
    ['customer=C1', ({ customerId }) => customerId === 'C1'],
    ['branch=B4', ({ branches }) => branches.includes('B4')],
    [
      'branch=B4&customer=C0&account=A0',
      ({ branches, customerId, accountId }) => branches.includes('B4') && customerId === 'C0' && accountId === 'A0',
    ],
    [
      'account=A3&severity=low,high',
      ({ accountId, severity }) => accountId === 'A3' && ['low', 'high'].includes(severity),
    ],
    ['raisedFrom=2026-11-22T08:05:00%2B08:00', ({ raisedAt }) => raisedAt >= '2026-11-22T00:05:00.000Z'],
    ['raisedTo=2026-11-22T00:05:00Z', ({ raisedAt }) => raisedAt < '2026-11-22T00:05:00.000Z'],
    ['state=raised', () => true],
    ['standing=true', ({ standingHits }) => standingHits > 0],
    ['standing=false', ({ standingHits }) => standingHits === 0],
  ])('filters by %s, in every sort', async (filter, wanted) => {
    const ids = await sixty();
    for (const name of ['s3', 's9']) {
      const index = Number(name.slice(1));
      const hit = hitOf(name, {
        status: 'withdrawn',
        offset: 9,
        branch: `B${index % 6}`,
        account: `A${index % 5}`,
        customer: 'C1',
      });
      await given.record(ids[index] ?? '', hit);
    }
    await given.project();
    const all = await walk('limit=200');
    const expected = all.filter(wanted).map(({ id }) => id);
    expect(expected.length).toBeGreaterThan(0);
    for (const sort of ['raisedAt', 'dueAt', 'severity']) {
      const found = await walk(`${filter}&sort=${sort}&limit=4`);
      expect(found.map(({ id }) => id).sort()).toEqual([...expected].sort());
    }
  });

  it('finds an alert by the account of any of its hits', async () => {
    const id = await given.raise('a');
    await given.join(id, hitOf('b', { account: 'A77', offset: 1 }));
    await given.project();
    expect((await page('account=A77')).alerts).toMatchObject([{ id, accountId: 'A1' }]);
  });

  it.each([
    ['severity=huge', 'invalid-filter', 'severity'],
    ['limit=0', 'invalid-filter', 'limit'],
    ['limit=201', 'invalid-filter', 'limit'],
    ['limit=ten', 'invalid-filter', 'limit'],
    ['sort=amount', 'invalid-filter', 'sort'],
    ['raisedFrom=2026-11-22T00:00:00', 'invalid-filter', 'offset'],
    ['raisedTo=yesterday', 'invalid-filter', 'ISO 8601'],
    ['colour=red', 'invalid-filter', 'colour'],
    ['colour=red', 'invalid-filter', 'known here: severity, rule, state, account, customer, branch, raisedFrom'],
    ['account=A%00', 'invalid-filter', 'null character'],
    ['rule=a&rule=b', 'invalid-filter', 'rule'],
    ['cursor=rubbish', 'invalid-cursor', 'cursor'],
    ['cursor=e30', 'invalid-cursor', 'cursor'],
  ])('refuses %s as %s, naming what is wrong', async (query, code, names) => {
    const { status, body } = await get(`/v1/alerts?${query}`);
    expect({ status, code: body['code'] }).toEqual({ status: 400, code });
    expect(body['detail']).toContain(names);
  });

  it('refuses a cursor of another order', async () => {
    await sixty();
    const { next } = await page('limit=5');
    expect(await get(`/v1/alerts?limit=5&sort=dueAt&cursor=${next}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-cursor' },
    });
  });

  it('is for those who are let in', async () => {
    expect((await get('/v1/alerts', null)).status).toBe(401);
  });
});

describe('the cost of a page', () => {
  const filters = [
    '',
    'severity=critical',
    'severity=low,critical',
    'rule=rule-1',
    'rule=rule-1&severity=high',
    'account=A3',
    'branch=B4&severity=low',
    'branch=B4&severity=critical', // none has both
    'standing=false',
    'raisedFrom=2026-11-22T00:00:00Z',
  ];

  it('does not grow with the queue: every page reads a few rows along an index', async () => {
    await sixty();
    // 20,000 more lines, made in the tables: 60 alerts copied, under other ids and at other times
    await given.pool.query(`
      WITH n AS (SELECT n FROM generate_series(1, 333) AS n),
           copies AS (
             INSERT INTO review_alerts (alert_id, rule, title, severity, state, grp, account_id, customer_id, branches, hits,
                                        standing_hits, first_occurred_at, last_occurred_at, raised_at, due_at, linked_to)
             SELECT md5(alert_id || n), rule, title, severity, state, grp, account_id, customer_id, branches, hits,
                    CASE WHEN n % 30 = 0 THEN 0 ELSE standing_hits END, first_occurred_at, last_occurred_at,
                    raised_at + n * interval '1 hour', due_at + n * interval '1 hour', linked_to
               FROM review_alerts, n
             RETURNING alert_id)
      SELECT count(*) FROM copies`);
    await given.pool.query(`
      INSERT INTO review_subjects (kind, value, alert_id, severity, raised_at, due_at)
      SELECT s.kind, s.value, md5(s.alert_id || n), s.severity, s.raised_at + n * interval '1 hour', s.due_at + n * interval '1 hour'
        FROM review_subjects s, generate_series(1, 333) AS n`);
    await given.pool.query('ANALYZE review_alerts; ANALYZE review_subjects');
    const seen: { filter: string; sort: string; rows: number }[] = [];
    for (const filter of filters) {
      for (const sort of ['raisedAt', 'dueAt', 'severity']) {
        const parameters = Object.fromEntries(new URLSearchParams(`${filter}&sort=${sort}&limit=20`));
        const request = listAlertsRequest.parse(parameters);
        // the first page, and one in the middle of the queue
        const order = naturalOrder[request.sort];
        const at = new Date(day0 + 166 * 60 * minute).toISOString();
        const middle: PagePlace = { sort: request.sort, order, severity: 2, at, id: '8'.repeat(32) };
        for (const after of [null, middle]) {
          const statement = queuePage(request, after);
          if (statement === null) continue; // nothing to read at all
          const { text, values } = statement;
          const { rows } = await given.pool.query<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>(
            `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
            [...values],
          );
          const [plan] = rows.map((row) => row['QUERY PLAN'][0].Plan);
          seen.push({ filter, sort: request.sort, rows: plan === undefined ? Infinity : mostRows(plan) });
        }
      }
    }
    expect(seen.length).toBeGreaterThan(5 * filters.length);
    expect(seen.filter(({ rows }) => rows > 500)).toEqual([]);
  });

  interface PlanNode {
    readonly 'Actual Rows': number;
    readonly 'Actual Loops': number;
    readonly 'Rows Removed by Filter'?: number;
    readonly Plans?: readonly PlanNode[];
  }

  /** The most rows that any step of the plan looked at. */
  function mostRows(node: PlanNode): number {
    const own = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    return Math.max(own, ...(node.Plans ?? []).map(mostRows));
  }
});

describe('one alert', () => {
  it('shows its hits with their evidence and its history', async () => {
    const id = await given.raise('a');
    await given.record(id, hitOf('a', { status: 'revised', offset: 1 }));
    await given.project();
    const { status, body } = await get(`/v1/alerts/${id}`);
    expect(status).toBe(200);
    // The example of an alert shows the evidence of the example of a hit: its times in ISO 8601.
    const evidence = alertExample.hitList[0]?.evidence;
    expect(evidence?.window?.from).toBe('2026-11-21T16:00:00.000Z');
    expect(alertSchema.parse(body)).toMatchObject({
      id,
      hits: 1,
      standingHits: 1,
      hitList: [{ status: 'revised', ruleVersion: 3, fact: { id: 'a' }, evidence }],
      nextHits: null,
      history: [{ type: 'hit-revised' }, { type: 'alert-raised' }],
      nextHistory: null,
    });
  });

  it('shows 100 hits and where the others are', async () => {
    const id = await given.raise('h0');
    const more = Array.from({ length: 149 }, (_, index) => hitOf(`h${index + 1}`, { occurredAt: day0 + (index % 50) }));
    await given.join(id, ...more);
    await given.project();
    const alert = alertSchema.parse((await get(`/v1/alerts/${id}`)).body);
    expect([alert.hitList.length, alert.history.length, alert.hits]).toEqual([100, 100, 150]);
    const hits = alertHitPageSchema.parse((await get(`/v1/alerts/${id}/hits?cursor=${alert.nextHits}`)).body);
    const history = alertHistoryPageSchema.parse(
      (await get(`/v1/alerts/${id}/history?cursor=${alert.nextHistory}`)).body,
    );
    expect([hits.hits.length, hits.next, history.history.length, history.next]).toEqual([50, null, 50, null]);
    const all = [...alert.hitList, ...hits.hits];
    expect(new Set(all.map(({ hitId }) => hitId)).size).toBe(150);
    const times = all.map(({ fact }) => fact.occurredAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(history.history.at(-1)).toMatchObject({ type: 'alert-raised' });
  });

  it.each([
    '/v1/alerts/none',
    `/v1/alerts/${'0'.repeat(32)}`,
    `/v1/alerts/${'0'.repeat(32)}/hits`,
    `/v1/alerts/${'0'.repeat(32)}/history`,
  ])('says that there is none: %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { code: 'alert-not-found' } });
  });
});

describe('the description of the routes', () => {
  it('names every parameter, answer and example', async () => {
    const { body } = await get('/docs-json');
    const paths = body['paths'] as Record<
      string,
      {
        get: {
          parameters: { name: string }[];
          responses: Record<string, { content?: Record<string, { example?: unknown }> }>;
        };
      }
    >;
    expect(Object.keys(paths).filter((path) => path.startsWith('/v1/alerts'))).toEqual([
      '/v1/alerts',
      '/v1/alerts/{id}',
      '/v1/alerts/{id}/hits',
      '/v1/alerts/{id}/history',
    ]);
    const list = paths['/v1/alerts']?.get;
    expect(list?.parameters.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'severity',
        'rule',
        'state',
        'account',
        'customer',
        'branch',
        'raisedFrom',
        'raisedTo',
        'standing',
        'sort',
        'order',
        'limit',
        'cursor',
      ]),
    );
    expect(alertPageSchema.safeParse(list?.responses['200']?.content?.['application/json']?.example).success).toBe(
      true,
    );
    expect(paths['/v1/alerts/{id}']?.get.responses['404']).toBeDefined();
  });
});

describe('what operations see', () => {
  it('counts open alerts by severity', async () => {
    await given.raiseAll([
      ['a', { severity: 'high' }],
      ['b', { severity: 'high' }],
      ['c', { severity: 'low' }],
    ]);
    await given.project();
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(metrics).toContain('weir_alerts_open{severity="high"} 2');
    expect(metrics).toContain('weir_alerts_open{severity="critical"} 0');
  });
});
