import { GenericContainer, getContainerRuntimeClient } from 'testcontainers';
import type { Certificates } from './certificates';
import { redisArguments, type OwnRedis } from './redis-arguments';
import type { ServerProcess } from './redis-server';

/** The last series of Redis under the BSD licence. */
const image = 'redis:7.2-alpine';

/** Whether a container engine answers. */
export async function hasContainerEngine(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('container runtime')) return false;
    throw error;
  }
}

/** A Redis in a container whose port on this machine stays the same over restarts. */
export async function startRedisContainer(
  options: OwnRedis,
  tls: Certificates | null,
  port: number,
): Promise<ServerProcess & { readonly host: string; readonly start: () => Promise<void> }> {
  const inside = '/etc/weir-tls';
  const files =
    tls === null
      ? []
      : ([
          [tls.certFile, 'tls.crt'],
          [tls.keyFile, 'tls.key'],
          [tls.caFile, 'ca.crt'],
        ] as const);
  const tlsInside = tls && {
    ...tls,
    certFile: `${inside}/tls.crt`,
    keyFile: `${inside}/tls.key`,
    caFile: `${inside}/ca.crt`,
  };
  const container = await new GenericContainer(image)
    .withExposedPorts({ container: 6379, host: port })
    .withCopyFilesToContainer(files.map(([source, name]) => ({ source, target: `${inside}/${name}`, mode: 0o644 })))
    .withCommand(['redis-server', ...redisArguments(options, tlsInside, 6379), '--protected-mode', 'no'])
    .start();
  const engine = await getContainerRuntimeClient();
  const handle = engine.container.getById(container.getId());
  return {
    host: container.getHost(),
    start: () => handle.start().then(() => undefined),
    kill9: () => handle.kill({ signal: 'SIGKILL' }).then(() => undefined),
    stop: () => container.stop().then(() => undefined),
  };
}
