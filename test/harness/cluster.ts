import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startKafka,
  startPostgres,
  startRedis,
  type KafkaServer,
  type PostgresServer,
  type TestRedis,
} from '@weir/testing';
import { KafkaRecordLog } from '@weir/platform/record-log';
import { RunningService, testToken, type ServiceName } from './running-service';
import { mustWeir } from './weir-command';

/** What a cluster stands on. */
export interface Servers {
  readonly kafka: KafkaServer;
  readonly redis: TestRedis;
  readonly postgres: PostgresServer;
}

/** Apache Kafka, Redis and PostgreSQL of the test's own, and the services that were started on them. */
export class Cluster {
  private readonly services: RunningService[] = [];

  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
    readonly servers: Servers,
  ) {}

  /**
   * @param partitions of every topic
   * @param rules files and folders of rules that are published; left out: the shipped packs
   */
  static start(partitions: number, ...rules: readonly string[]): Promise<Cluster> {
    return Cluster.with({ partitions, rules, ownPostgres: false });
  }

  /** The same with servers that the test may kill, and further settings of the services. */
  static startToBreak(partitions: number, rules: readonly string[], more: NodeJS.ProcessEnv): Promise<Cluster> {
    return Cluster.with({ partitions, rules, ownPostgres: true, more });
  }

  private static async with({
    partitions,
    rules,
    ownPostgres,
    more = {},
  }: {
    readonly partitions: number;
    readonly rules: readonly string[];
    readonly ownPostgres: boolean;
    readonly more?: NodeJS.ProcessEnv;
  }): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-cluster-'));
    const [kafka, redis, postgres] = await Promise.all([
      startKafka({ own: true }),
      startRedis({ appendonly: true }),
      startPostgres({ own: ownPostgres }),
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
      ...more,
    };
    const cluster = new Cluster(folder, env, { kafka, redis, postgres });
    try {
      await mustWeir(['rules', 'publish', ...rules], env);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Starts a service on the cluster, with settings of its own. */
  async service(name: ServiceName, own: NodeJS.ProcessEnv = {}): Promise<RunningService> {
    const service = await RunningService.start(name, { ...this.env, ...own });
    this.services.push(service);
    return service;
  }

  /** The record log, for a look at topics; to be closed by the caller. */
  log(): KafkaRecordLog {
    return new KafkaRecordLog({ brokers: this.servers.kafka.brokers, clientId: 'test' });
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    const { kafka, redis, postgres } = this.servers;
    await Promise.all([kafka.stop(), redis.stop(), postgres.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
