import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka, startPostgres, startRedis } from '@weir/testing';
import { KafkaRecordLog } from '@weir/platform/record-log';
import { RunningService, testToken, type ServiceName } from './running-service';
import { mustWeir } from './weir-command';

/** Apache Kafka, Redis and PostgreSQL of the test's own, and the services that were started on them. */
export class Cluster {
  private readonly services: RunningService[] = [];

  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
    readonly brokers: readonly string[],
    private readonly stopStores: () => Promise<void>,
  ) {}

  /**
   * @param partitions of every topic
   * @param rules files and folders of rules that are published; left out: the shipped packs
   */
  static async start(partitions: number, ...rules: readonly string[]): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-cluster-'));
    const [kafka, redis, postgres] = await Promise.all([
      startKafka({ own: true }),
      startRedis({ appendonly: true }),
      startPostgres(),
    ]);
    process.stderr.write(`on ${[kafka, redis, postgres].map(({ describe }) => describe).join('; ')}\n`);
    const env = {
      KAFKA_BROKERS: kafka.brokers.join(','),
      REDIS_URL: redis.url,
      DATABASE_URL: postgres.connectionString,
      WEIR_DATA_DIR: join(folder, 'data'),
      WEIR_PARTITIONS: String(partitions),
      WEIR_TOKEN: testToken,
      WEIR_LOG_LEVEL: 'warn',
    };
    const cluster = new Cluster(folder, env, kafka.brokers, async () => {
      await Promise.all([kafka.stop(), redis.stop(), postgres.stop()]);
    });
    try {
      await mustWeir(['rules', 'publish', ...rules], env);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Starts a service on the cluster. */
  async service(name: ServiceName): Promise<RunningService> {
    const service = await RunningService.start(name, this.env);
    this.services.push(service);
    return service;
  }

  /** The record log, for a look at topics; to be closed by the caller. */
  log(): KafkaRecordLog {
    return new KafkaRecordLog({ brokers: this.brokers, clientId: 'test' });
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await this.stopStores();
    await rm(this.folder, { recursive: true, force: true });
  }
}
