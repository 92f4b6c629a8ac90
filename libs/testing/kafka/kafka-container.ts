import { GenericContainer, getContainerRuntimeClient } from 'testcontainers';
import { hasContainerEngine } from '../redis/redis-container';
import { newClusterId } from './cluster-id';
import { KAFKA_VERSION } from './kafka-jars';

/** A broker in a container. */
export interface KafkaContainer {
  start(): Promise<void>;
  stop(): Promise<void>;
  kill9(): Promise<void>;
}

/** What is put into the container. */
export interface ContainerOrder {
  /** Ports inside and the ports of this machine that they are reached at. */
  readonly ports: readonly { readonly container: number; readonly host: number }[];
  readonly files: readonly { readonly content: string; readonly target: string }[];
  readonly properties: string;
  /** Further arguments of `kafka-storage.sh format`. */
  readonly format: readonly string[];
  readonly javaOptions: readonly string[];
}

/** Folder of the test's files inside the container. */
export const INSIDE = '/tmp/weir';

export { hasContainerEngine };

/** Starts Apache Kafka's own image with a whole `server.properties`, as the broker from the jars gets it. */
export async function kafkaContainer(order: ContainerOrder): Promise<KafkaContainer> {
  const properties = `${INSIDE}/server.properties`;
  const format = ['-t', newClusterId(), '-c', properties, '--ignore-formatted', ...order.format];
  const quoted = format.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const container = await new GenericContainer(`apache/kafka:${KAFKA_VERSION}`)
    .withExposedPorts(...order.ports)
    .withEnvironment({ KAFKA_OPTS: order.javaOptions.join(' '), KAFKA_HEAP_OPTS: '-Xmx512m' })
    .withCopyContentToContainer([...order.files, { content: order.properties, target: properties }])
    .withCommand([
      'sh',
      '-c',
      `/opt/kafka/bin/kafka-storage.sh format ${quoted} && exec /opt/kafka/bin/kafka-server-start.sh ${properties}`,
    ])
    .withExtraHosts([{ host: 'host.docker.internal', ipAddress: 'host-gateway' }])
    .start();
  const engine = await getContainerRuntimeClient();
  const handle = engine.container.getById(container.getId());
  return {
    start: () => handle.start().then(() => undefined),
    stop: () => container.stop().then(() => undefined),
    kill9: () => handle.kill({ signal: 'SIGKILL' }).then(() => undefined),
  };
}
