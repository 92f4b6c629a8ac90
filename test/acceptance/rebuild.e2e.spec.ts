import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { Cluster } from '../harness/cluster';
import { metricSamples, metricSum } from '../harness/metrics';
import { groupings, packs } from '../harness/month';
import { oracleHits } from '../harness/oracle-hits';
import type { RunningService } from '../harness/running-service';
import { expectAlertedHits } from '../harness/standing-hits';
import { until } from '../harness/until';
import { mustWeir } from '../harness/weir-command';

const keptInEachPartition = 5;

describe('Redis emptied, and Kafka shorter than the windows', () => {
  let cluster: Cluster;
  let desk: RunningService;
  let admin: Admin;
  const file = (name: string): string => join(cluster.folder, name);

  beforeAll(async () => {
    cluster = await Cluster.start(3, packs, groupings);
    admin = new Kafka({ brokers: [...cluster.servers.kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    desk = await cluster.service('desk');
    const size = ['--seed', '7', '--accounts', '60', '--days', '31'];
    await mustWeir(['simulate', ...size, '--out', file('facts.jsonl')]);
    const lines = (await readFile(file('facts.jsonl'), 'utf8')).split('\n');
    const [first, second] = [Math.floor(lines.length * 0.6), Math.floor(lines.length * 0.9)];
    await writeFile(file('1.jsonl'), lines.slice(0, first).join('\n'));
    await writeFile(file('2.jsonl'), lines.slice(first, second).join('\n'));
    await writeFile(file('3.jsonl'), lines.slice(second).join('\n'));
  }, 180_000);
  afterAll(async () => {
    await admin.disconnect();
    await cluster.stop();
  }, 60_000);

  const publish = (name: string): Promise<unknown> =>
    mustWeir(['publish', file(name), '--kafka', '--scatter', '3', '--rate', '4000'], cluster.env);

  /** Resolves when everything that is in Kafka has been measured, archived and settled. */
  const allRead = async (detector: RunningService): Promise<void> => {
    const behind = async (): Promise<number> =>
      (await metricSum(detector, 'weir_consumer_lag')) +
      (await metricSum(desk, 'weir_archive_lag')) +
      (await metricSum(desk, 'weir_alerting_lag'));
    let before = NaN;
    let restedFor = 0;
    await until(
      'everything to be read',
      async () => {
        const read = await metricSum(detector, 'weir_rekeyed_facts_total');
        // The archive may wait half a second for more, and tells then how far behind it was.
        restedFor = read === before && (await behind()) === 0 ? restedFor + 1 : 0;
        before = read;
        return restedFor >= 10 ? true : undefined;
      },
      90_000,
    );
  };

  /** Empties Redis, and takes from Kafka all but the last records of each topic of facts. */
  const loseState = async (): Promise<void> => {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith('weir.facts.'));
    for (const topic of topics) {
      const offsets = await admin.fetchTopicOffsets(topic);
      const partitions = offsets.map(({ partition, high, low }) => ({
        partition,
        offset: String(Math.max(Number(low), Number(high) - keptInEachPartition)),
      }));
      await admin.deleteTopicRecords({ topic, partitions });
    }
    const redis = new Redis(cluster.servers.redis.url);
    await redis.flushall();
    redis.disconnect();
  };

  it('is rebuilt from the archive: what stands in the end is what the oracle finds, and without an archive it says what it lacks', async () => {
    // Given facts that were measured, alerted and archived,
    const first = await cluster.service('detector');
    await publish('1.jsonl');
    await allRead(first);
    await first.stop();
    // when the state is lost, and most of the log with it,
    await loseState();
    const second = await cluster.service('detector', { WEIR_LOG_LEVEL: 'info' });
    await publish('2.jsonl');
    await allRead(second);
    // and lost once more under a detector that is at work,
    await loseState();
    await publish('3.jsonl');

    // then what stands is what the oracle finds in all of them.
    const database = await cluster.servers.postgres.createDatabase();
    const wanted = await oracleHits(database, [packs, groupings], file('facts.jsonl'));
    expect(wanted.size).toBeGreaterThan(40);
    await expectAlertedHits(desk, wanted, 120_000);
    const rebuilt = second
      .output()
      .match(/weir\.facts\.\S+ begins at offset \d+ without stored state: \d+ facts were taken/g);
    // Every partition of the facts topic, twice, and those of the re-keyed ones.
    expect(rebuilt?.filter((line) => line.startsWith('weir.facts.v1/')).length).toBe(6);
    expect(rebuilt?.length).toBeGreaterThan(12);
    expect((await metricSamples(second, 'weir_detection_incomplete')).filter(({ value }) => value > 0)).toEqual([]);
    await second.stop();

    // Given no archive, when the state is lost, then it is not silent about it.
    await loseState();
    const without = await cluster.service('detector', { DATABASE_URL: '' });
    await until('it to say what it lacks', async () =>
      (await metricSum(without, 'weir_detection_incomplete', ({ topic }) => topic === 'weir.facts.v1')) === 3
        ? true
        : undefined,
    );
    expect(without.output()).toContain('No facts archive is at hand');
    expect(without.output()).toContain('windows are incomplete, and their hits say so, until they have filled');
  }, 300_000);
});
