import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaRecordLog } from '@weir/platform/record-log';
import { freePort } from '../redis/redis-server';
import { hasContainerEngine, INSIDE, kafkaContainer, type KafkaContainer } from './kafka-container';
import { KAFKA_VERSION } from './kafka-jars';
import { kafkaProcess, type KafkaProcess } from './kafka-process';
import type { KafkaServer, KafkaWishes } from './kafka-server';
import { makeSecurity, type SecurityMaterial } from './security';
import { serverProperties, type Addresses } from './server-properties';

const READY_MS = 60_000;

/** The two ways of running a broker, seen alike. */
interface Broker {
  readonly how: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly kill9: () => Promise<void>;
  readonly log: () => string;
  readonly ended: () => boolean;
}

/**
 * A real Kafka for tests: the one of KAFKA_BROKERS where that is set and the test does not wish its own; else one in a
 * container where an engine answers; else Apache Kafka from its jars (Java 17; about four seconds). It ends with this
 * process at the latest.
 * @throws {Error} naming what is missing and what provides it
 */
export async function startKafka(wishes: KafkaWishes = {}): Promise<KafkaServer> {
  const given = process.env['KAFKA_BROKERS'] ?? '';
  if (given !== '' && wishes.own !== true && wishes.secure !== true) return givenKafka(given);

  const folder = await mkdtemp(join(tmpdir(), 'weir-test-kafka-'));
  const material = wishes.secure === true ? await makeSecurity(folder) : null;
  const [plain, secure, controller] = [await freePort(), await freePort(), await freePort()];
  const inContainer = await hasContainerEngine();
  const addresses: Addresses = {
    bind: inContainer ? '0.0.0.0' : '127.0.0.1',
    host: '127.0.0.1',
    plain: { port: inContainer ? 9092 : plain, advertised: plain },
    secure: material === null ? null : { port: inContainer ? 9094 : secure, advertised: secure },
    controller: inContainer ? 9093 : controller,
  };
  const broker = inContainer
    ? await brokerInContainer(addresses, material)
    : await brokerFromJars(folder, addresses, material, wishes.note ?? '');
  const brokers = [`127.0.0.1:${plain}`];
  const stop = async (): Promise<void> => {
    await broker.stop();
    await material?.tokens.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(brokers, broker);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers,
    version: KAFKA_VERSION,
    describe: `Apache Kafka ${KAFKA_VERSION}, ${broker.how}`,
    secure: material && {
      brokers: [`127.0.0.1:${secure}`],
      ca: material.ca,
      user: material.user,
      tokens: material.tokens,
    },
    stop,
    kill9: broker.kill9,
    restart: async () => {
      await broker.start();
      await untilReady(brokers, broker);
    },
  };
}

async function givenKafka(given: string): Promise<KafkaServer> {
  const brokers = given.split(',').map((address) => address.trim());
  const log = new KafkaRecordLog({ brokers });
  await log.ping();
  await log.close();
  const notOurs = (): Promise<never> =>
    Promise.reject(new Error('The Kafka of KAFKA_BROKERS is not killed by tests: ask for startKafka({ own: true }).'));
  return {
    brokers,
    version: 'unknown',
    describe: `Kafka of KAFKA_BROKERS (${given})`,
    secure: null,
    stop: () => Promise.resolve(),
    kill9: notOurs,
    restart: notOurs,
  };
}

async function brokerFromJars(
  folder: string,
  at: Addresses,
  material: SecurityMaterial | null,
  note: string,
): Promise<Broker> {
  const properties = serverProperties(at, join(folder, 'log'), material?.security ?? null);
  await writeFile(join(folder, 'server.properties'), properties);
  const kafka: KafkaProcess = await kafkaProcess(folder, material?.scramArguments ?? [], allowedKeys(material), note);
  await kafka.start();
  return { ...kafka, how: 'from its jars on a free port' };
}

async function brokerInContainer(at: Addresses, material: SecurityMaterial | null): Promise<Broker> {
  const keyStoreFile = `${INSIDE}/kafka.pem`;
  // The token server runs on this machine, which a container knows by another name.
  const keySetUrl = material?.security.keySetUrl.replace('127.0.0.1', 'host.docker.internal') ?? '';
  const security = material && { ...material.security, keyStoreFile, keySetUrl };
  const kafka: KafkaContainer = await kafkaContainer({
    ports: [at.plain, ...(at.secure === null ? [] : [at.secure])].map(({ port, advertised }) => ({
      container: port,
      host: advertised,
    })),
    files:
      material === null
        ? []
        : [{ content: readFileSync(material.security.keyStoreFile, 'utf8'), target: keyStoreFile }],
    properties: serverProperties(at, `${INSIDE}-data`, security),
    format: material?.scramArguments ?? [],
    javaOptions: allowedKeys(security && { security }),
  });
  return { ...kafka, how: 'in a container', log: () => '', ended: () => false };
}

/** Kafka 4 fetches keys only from addresses that its operator names. */
function allowedKeys(material: Pick<SecurityMaterial, 'security'> | null): string[] {
  return material === null ? [] : [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${material.security.keySetUrl}`];
}

async function untilReady(brokers: readonly string[], broker: Broker): Promise<void> {
  let last: unknown;
  for (const end = Date.now() + READY_MS; Date.now() < end && !broker.ended(); await pause(100)) {
    const log = new KafkaRecordLog({ brokers, connectionTimeoutMs: 2_000 });
    try {
      await log.ping();
      return;
    } catch (error) {
      last = error;
    } finally {
      await log.close();
    }
  }
  const reason = last instanceof Error ? last.message : String(last);
  throw new Error(`Apache Kafka ${KAFKA_VERSION} did not start: ${reason}\n${broker.log()}`);
}
