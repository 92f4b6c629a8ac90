import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPool, startEmbeddedPostgres } from '@weir/platform/sql';
import type { EmbeddedPostgres, PgTls } from '@weir/platform/sql';
import { Client } from 'pg';
import { makeCertificates } from '../redis';
import type { Certificates } from '../redis';

// Setting up a database takes a second, and more on a busy machine.
jest.setTimeout(60_000);

describe('a pool towards a PostgreSQL that wants TLS and a client certificate', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let certificates: Certificates;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'weir-test-tls-'));
    // Open to user postgres, as whom it runs where the tests run as root.
    chmodSync(folder, 0o711);
    certificates = makeCertificates(folder);
    postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });

    const { uid, gid } = statSync(postgres.location);
    for (const [from, name] of [
      [certificates.caFile, 'ca.crt'],
      [certificates.certFile, 'tls.crt'],
      [certificates.keyFile, 'tls.key'],
    ] as const) {
      const to = join(postgres.location, name);
      copyFileSync(from, to);
      chmodSync(to, 0o600);
      chownSync(to, uid, gid);
    }
    writeFileSync(
      join(postgres.location, 'pg_hba.conf'),
      'hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n',
    );
    const client = new Client({ connectionString: postgres.connectionString });
    await client.connect();
    const settings = { ssl_ca_file: 'ca.crt', ssl_cert_file: 'tls.crt', ssl_key_file: 'tls.key', ssl: 'on' };
    for (const [name, value] of Object.entries(settings)) await client.query(`alter system set ${name} = '${value}'`);
    // Connections made after the reload's message has been handled see it; this one asks until it has.
    await client.query('select pg_reload_conf()');
    for (;;) if ((await client.query<{ ssl: string }>('show ssl')).rows[0]?.ssl === 'on') break;
    await client.end();
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });

  async function ask(tls?: PgTls): Promise<unknown> {
    const pool = openPool({ connectionString: postgres.connectionString, ...(tls ? { tls } : {}) });
    try {
      return (await pool.query('select ssl, client_dn from pg_stat_ssl where pid = pg_backend_pid()')).rows[0];
    } finally {
      await pool.end();
    }
  }

  it('connects where it trusts the authority and shows its certificate', async () => {
    const { ca, cert, key } = certificates;
    expect(await ask({ ca, cert, key })).toEqual({ ssl: true, client_dn: '/CN=localhost' });
  });

  it('does not trust an authority that it was not told of, unless told to trust any', async () => {
    const { cert, key } = certificates;
    await expect(ask({ cert, key })).rejects.toThrow(/certificate/);
    expect(await ask({ cert, key, rejectUnauthorized: false })).toMatchObject({ ssl: true });
  });

  it('does not accept a certificate made out to another name', async () => {
    const { ca, cert, key } = certificates;
    await expect(ask({ ca, cert, key, servername: 'db.bank.example' })).rejects.toThrow(/db\.bank\.example/);
  });

  it('is refused without a certificate, and without TLS', async () => {
    await expect(ask({ ca: certificates.ca })).rejects.toThrow(/certificate/);
    await expect(ask()).rejects.toThrow('no encryption');
  });
});
