import { join } from 'node:path';
import { maxFactBytes, topics, type AlertPage } from '@weir/contracts';
import { malformedFactsAsLines } from '../fixtures/malformed-facts/malformed-facts';
import { writeFile } from 'node:fs/promises';
import { Cluster } from '../harness/cluster';
import { groupings, monthRules, packs, simulateMonth } from '../harness/month';
import { metricSum } from '../harness/metrics';
import type { RunningService } from '../harness/running-service';
import { expectAlertedHits, replayedHits } from '../harness/standing-hits';
import { until } from '../harness/until';
import { mustWeir } from '../harness/weir-command';

describe('intake, detector and desk as processes of their own, on Kafka, Redis and PostgreSQL', () => {
  let cluster: Cluster;
  let detector: RunningService;
  let desk: RunningService;
  const file = (name: string): string => join(cluster.folder, name);

  beforeAll(async () => {
    cluster = await Cluster.start(4, packs, groupings);
    [detector, desk] = await Promise.all([
      cluster.service('detector'),
      cluster.service('desk'),
      cluster.service('intake'),
    ]);
    await simulateMonth(file('facts.jsonl'));
    const rules = await monthRules(cluster.folder);
    await mustWeir(['replay', '--rules', rules, '--facts', file('facts.jsonl'), '--out', file('hits.jsonl')]);
  }, 180_000);
  afterAll(() => cluster.stop(), 60_000);

  it('raise an alert for every hit of a published month that a replay finds, and for no other', async () => {
    const wanted = await replayedHits(file('hits.jsonl'));
    expect(wanted.size).toBeGreaterThan(40);
    await mustWeir(['publish', file('facts.jsonl'), '--kafka'], cluster.env);
    await expectAlertedHits(desk, wanted, 180_000);
    const rekeyed = (outcome: string): Promise<number> =>
      metricSum(detector, 'weir_rekeyed_facts_total', (labels) => labels['outcome'] === outcome);
    // Partitions are read at speeds of their own, and yet nothing was late under another key.
    expect(await rekeyed('accepted')).toBeGreaterThan(100_000);
    expect([await rekeyed('late'), await rekeyed('unreadable')]).toEqual([0, 0]);
  }, 240_000);

  it('measure by a field that no rule has grouped by so far, as soon as one does, without a restart', async () => {
    const rule = {
      id: 'baskets',
      title: { en: 'Many of one basket', zh: '同一批次多笔' },
      source: 'acceptance tests',
      on: 'operation',
      measure: { count: 'facts', by: ['attributes.basket_no'], window: { sliding: 'PT1H' } },
      threshold: { atLeast: 3 },
      raise: { on: 'every', severity: 'low' },
    };
    await writeFile(file('baskets.yaml'), JSON.stringify(rule));
    await mustWeir(['rules', 'publish', file('baskets.yaml')], cluster.env);
    const facts = ['T1', 'T2', 'T3'].map((tellerId, index) => ({
      id: `basket-${index}`,
      kind: 'operation',
      type: 'basket',
      occurredAt: new Date(Date.parse('2026-02-01T00:00:00Z') + index * 60_000).toISOString(),
      tellerId,
      attributes: { basket_no: 7 },
    }));
    await writeFile(file('baskets.jsonl'), facts.map((fact) => JSON.stringify(fact)).join('\n'));
    await mustWeir(['publish', file('baskets.jsonl'), '--kafka'], cluster.env);
    const alert = await until('the alert', async () => {
      const { alerts } = await desk.get<AlertPage>('/v1/alerts?limit=200');
      return alerts.find(({ rule: id }) => id === 'baskets');
    });
    expect(alert.group).toEqual([{ field: 'attributes.basket_no', value: '7' }]);
    await detector.ready();
  }, 60_000);

  it('let malformed facts end as dead letters, and count every one once', async () => {
    const { file: bytes, cases } = malformedFactsAsLines();
    // The dead letters of lines over 1 MiB are written by the command: no detector reads them.
    const read = cases.filter((one) => one.bytes.length <= maxFactBytes);
    await writeFile(file('malformed.jsonl'), bytes);
    const log = cluster.log();
    const dead = async (): Promise<number> =>
      (await log.bounds(topics.deadLetters)).reduce((sum, { high }) => sum + high, 0);
    const counted = (): Promise<number> =>
      metricSum(detector, 'weir_facts_total', ({ outcome }) => outcome !== 'moved');
    try {
      const [deadBefore, countedBefore] = [await dead(), await counted()];
      const { stderr } = await mustWeir(['publish', file('malformed.jsonl'), '--kafka'], cluster.env);
      expect(stderr).toContain(`${read.length} facts published`);
      expect(stderr).toContain(`${cases.length - read.length} refused, which are dead letters now`);
      await until('every malformed fact to be counted', async () =>
        (await counted()) - countedBefore === read.length ? true : undefined,
      );
      const refused = await metricSum(detector, 'weir_facts_total', ({ outcome }) => outcome === 'refused');
      expect((await dead()) - deadBefore).toBeGreaterThanOrEqual(refused + cases.length - read.length);
      expect(refused).toBeGreaterThan(60);
      await detector.ready();
    } finally {
      await log.close();
    }
  }, 120_000);
});
