import { join } from 'node:path';
import { topics } from '@weir/contracts';
import { malformedFactsAsLines } from '../fixtures/malformed-facts/malformed-facts';
import { writeFile } from 'node:fs/promises';
import { Cluster } from '../harness/cluster';
import { simulateMonth } from '../harness/month';
import { metricSum } from '../harness/metrics';
import type { RunningService } from '../harness/running-service';
import { expectAlertedHits, replayedHits } from '../harness/standing-hits';
import { until } from '../harness/until';
import { mustWeir, root } from '../harness/weir-command';

const packs = join(root, 'apps/rulebook/packs');

describe('intake, detector and desk as processes of their own, on Kafka, Redis and PostgreSQL', () => {
  let cluster: Cluster;
  let detector: RunningService;
  let desk: RunningService;
  const file = (name: string): string => join(cluster.folder, name);

  beforeAll(async () => {
    cluster = await Cluster.start(4);
    [detector, desk] = await Promise.all([
      cluster.service('detector'),
      cluster.service('desk'),
      cluster.service('intake'),
    ]);
    await simulateMonth(file('facts.jsonl'));
    await mustWeir(['replay', '--rules', packs, '--facts', file('facts.jsonl'), '--out', file('hits.jsonl')]);
  }, 180_000);
  afterAll(() => cluster.stop(), 60_000);

  it('raise an alert for every hit of a published month that a replay finds, and for no other', async () => {
    const wanted = await replayedHits(file('hits.jsonl'));
    expect(wanted.size).toBeGreaterThan(40);
    await mustWeir(['publish', file('facts.jsonl'), '--kafka'], cluster.env);
    await expectAlertedHits(desk, wanted);
  }, 180_000);

  it('let malformed facts end as dead letters, and count every one once', async () => {
    const { file: bytes, cases } = malformedFactsAsLines();
    await writeFile(file('malformed.jsonl'), bytes);
    const log = cluster.log();
    const dead = async (): Promise<number> =>
      (await log.bounds(topics.deadLetters)).reduce((sum, { high }) => sum + high, 0);
    const counted = (): Promise<number> =>
      metricSum(detector, 'weir_facts_total', ({ outcome }) => outcome !== 'moved');
    try {
      const [deadBefore, countedBefore] = [await dead(), await counted()];
      await mustWeir(['publish', file('malformed.jsonl'), '--kafka'], cluster.env);
      await until('every malformed fact to be counted', async () =>
        (await counted()) - countedBefore === cases.length ? true : undefined,
      );
      const refused = await metricSum(detector, 'weir_facts_total', ({ outcome }) => outcome === 'refused');
      expect((await dead()) - deadBefore).toBeGreaterThanOrEqual(refused);
      expect(refused).toBeGreaterThan(60);
      await detector.ready();
    } finally {
      await log.close();
    }
  }, 120_000);
});
