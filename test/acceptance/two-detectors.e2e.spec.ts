import { join } from 'node:path';
import { Cluster } from '../harness/cluster';
import { groupings, monthRules, packs, simulateMonth } from '../harness/month';
import { metricSum } from '../harness/metrics';
import type { RunningService } from '../harness/running-service';
import { expectAlertedHits, replayedHits } from '../harness/standing-hits';
import { until } from '../harness/until';
import { mustWeir, weir } from '../harness/weir-command';

describe('two detectors that share the partitions, on Kafka, Redis and PostgreSQL', () => {
  let cluster: Cluster;
  let desk: RunningService;
  const file = (name: string): string => join(cluster.folder, name);

  beforeAll(async () => {
    cluster = await Cluster.start(4, packs, groupings);
    desk = await cluster.service('desk');
    await simulateMonth(file('facts.jsonl'));
    const rules = await monthRules(cluster.folder);
    await mustWeir(['replay', '--rules', rules, '--facts', file('facts.jsonl'), '--out', file('hits.jsonl')]);
  }, 180_000);
  afterAll(() => cluster.stop(), 60_000);

  it('find the same hits when facts are put into arbitrary partitions, one detector is killed in the middle, and started again', async () => {
    const wanted = await replayedHits(file('hits.jsonl'));
    const [first, second] = [await cluster.service('detector'), await cluster.service('detector')];
    const handled = (): Promise<number> => metricSum(second, 'weir_facts_total');

    // Given a month that is being published without regard to where facts live,
    const published = weir(
      ['publish', file('facts.jsonl'), '--kafka', '--scatter', '17', '--rate', '4000'],
      cluster.env,
    );
    // when the second detector dies while it is at work,
    await until('the second detector to be at work', async () => ((await handled()) > 500 ? true : undefined));
    await second.kill9();
    // and another takes its place,
    await cluster.service('detector');
    expect((await published).code).toBe(0);

    // then what stands is what a replay of the month finds.
    await expectAlertedHits(desk, wanted, 180_000);
    expect(await metricSum(first, 'weir_facts_total', ({ outcome }) => outcome === 'moved')).toBeGreaterThan(500);
  }, 300_000);
});
