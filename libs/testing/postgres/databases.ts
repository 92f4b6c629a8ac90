import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** Makes an empty database with a random name on the server; gives its connection string. */
export async function makeDatabase(server: string): Promise<string> {
  const name = `weir_test_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name}`);
  return withDatabase(server, name);
}

/** Drops a database made here, with whoever is still connected to it. */
export async function dropDatabase(server: string, connectionString: string): Promise<void> {
  await run(
    server,
    `drop database if exists ${decodeURIComponent(new URL(connectionString).pathname.slice(1))} with (force)`,
  );
}

/** E.g. `18.4`. */
export async function serverVersion(server: string): Promise<string> {
  const [row] = await run(server, `select split_part(current_setting('server_version'), ' ', 1) as version`);
  return String(row?.['version']);
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.toString();
}

async function run(server: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
