import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeDatabase, serverVersion } from './databases';
import type { PostgresServer } from './postgres-server';

const IMAGE = 'postgres:18.4-alpine';

/** A server in a container, or why there is none. */
export async function containerPostgres(): Promise<PostgresServer | string> {
  // Loading testcontainers takes half a second, which is saved where there can be no engine.
  if (!engineMayAnswer()) return 'no container engine is set up';
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient().catch((error: unknown) => String(error));
  if (typeof client === 'string') return `no container engine answers (${client})`;

  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const container = await new GenericContainer(IMAGE)
    .withEnvironment({ POSTGRES_USER: 'weir', POSTGRES_DB: 'weir', POSTGRES_PASSWORD: password })
    // A fixed port, so that the address outlives a restart.
    .withExposedPorts({ container: 5432, host: port })
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  const connectionString = `postgresql://weir:${password}@${container.getHost()}:${port}/weir`;
  const version = await serverVersion(connectionString);
  return {
    connectionString,
    version,
    describe: `PostgreSQL ${version} in a container (${IMAGE})`,
    createDatabase: () => makeDatabase(connectionString),
    stop: async () => {
      await container.stop();
    },
    kill9: async () => {
      await client.container.getById(container.getId()).kill({ signal: 'SIGKILL' });
    },
    restart: async () => {
      await client.container.restart(client.container.getById(container.getId()));
      for (;;) {
        const refusal = await serverVersion(connectionString).then(
          () => null,
          (error: Error & { code?: string }) => error,
        );
        if (refusal === null) return;
        if (!['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(refusal.code ?? '')) throw refusal;
      }
    },
  };
}

/** Where testcontainers would look. */
function engineMayAnswer(): boolean {
  if (process.env['DOCKER_HOST'] !== undefined || process.env['TESTCONTAINERS_HOST_OVERRIDE'] !== undefined)
    return true;
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '/nowhere';
  return [
    '/var/run/docker.sock',
    join(runtime, 'docker.sock'),
    join(runtime, 'podman/podman.sock'),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
    join(homedir(), '.testcontainers.properties'),
  ].some((path) => existsSync(path));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('No port.')),
      );
    });
  });
}
