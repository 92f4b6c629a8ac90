import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type Environment } from '@weir/platform/config';
import { createLogger } from '@weir/platform/logging';
import { openPorts, type Ports } from '@weir/platform/runtime';
import { inTransaction } from '@weir/platform/sql';
import { sharedPostgres, type SharedDatabase } from '../postgres';

jest.setTimeout(60_000);

describe('The audit key of processes on one database', () => {
  let postgres: SharedDatabase;
  let folder: string;
  const opened: Ports[] = [];

  async function open(dataFolder: string, changes: Environment = {}): Promise<Ports> {
    const config = loadConfig({
      DATABASE_URL: postgres.connectionString,
      WEIR_DATA_DIR: join(folder, dataFolder),
      WEIR_LOG_LEVEL: 'fatal',
      ...changes,
    });
    const logger = createLogger(config.log);
    const ports = await openPorts(config, { needs: ['event-store'], embedded: false, logger, service: 'weir-test' });
    opened.push(ports);
    return ports;
  }

  async function append({ pool, events }: Ports, stream: string): Promise<void> {
    if (pool === null || events === null) throw new Error('The event store was not opened.');
    const by = { actor: 'system:test', at: new Date('2026-11-22T08:15:30.123Z') };
    const event = { type: 'happened', body: {} };
    await inTransaction(pool, (tx) => events.append(tx, [{ stream, expectedVersion: 0, events: [event] }], by));
  }

  beforeAll(async () => {
    postgres = await sharedPostgres();
    folder = mkdtempSync(join(tmpdir(), 'weir-test-audit-key-'));
  });
  afterEach(async () => {
    for (const ports of opened.splice(0)) await ports.close();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await postgres.stop();
  });

  it('is refused at start where another data folder has generated another one, saying how to mend it', async () => {
    await append(await open('one'), 's');

    const refusal = await open('two').catch((error: unknown) => String(error));

    expect(refusal).toContain(join(folder, 'two', 'audit-key'));
    expect(refusal).toContain('event 1');
    expect(refusal).toContain('the same WEIR_AUDIT_KEY or WEIR_AUDIT_KEY_FILE');
    await append(await open('one'), 't');
  });
});
