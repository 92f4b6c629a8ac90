import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@weir/platform/config';
import { recordLogMigrations } from '@weir/platform/record-log';
import { migrate, openPool, startEmbeddedPostgres } from '@weir/platform/sql';
import { holdFolder } from '@weir/testing';
import { openAnyLog } from './dead-letters-log';

jest.setTimeout(120_000);

let top: string;
let dataDir: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'weir-test-any-log-'));
  chmodSync(top, 0o711);
  dataDir = join(top, 'data');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const config = () => loadConfig({ WEIR_DATA_DIR: dataDir });

describe('the record log of a data folder, for a command', () => {
  it('is not made where there is none', async () => {
    await expect(openAnyLog(config())).rejects.toThrow(`There is no database of Weir in ${dataDir}.`);
  });

  it('is not found in a database without one: Weir ran on Kafka', async () => {
    await (await startEmbeddedPostgres({ dataDir })).stop();
    await expect(openAnyLog(config())).rejects.toThrow('set KAFKA_BROKERS as it has it');
  });

  it('is opened where no Weir runs, and beside one that does', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    const pool = openPool({ connectionString: postgres.connectionString });
    await migrate(pool, recordLogMigrations);
    await pool.end();
    await postgres.stop();

    const alone = await openAnyLog(config());
    await alone.log.ensureTopics([{ name: 'facts', partitions: 1 }]);
    await alone.log.send('facts', [{ key: null, value: Buffer.from('x'), partition: 0 }]);
    // While this command has the folder, a second one goes through its PostgreSQL.
    const beside = await openAnyLog(config());
    expect(await beside.log.bounds('facts')).toEqual([{ low: 0, high: 1 }]);
    await beside.close();
    await alone.close();

    // Nothing of it is left that would keep a Weir out.
    const again = await openAnyLog(config());
    expect(await again.log.bounds('facts')).toEqual([{ low: 0, high: 1 }]);
    await again.close();
  });

  it('is not to be had where the Weir of the folder stands on something else', async () => {
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    const holder = await holdFolder('lock', dataDir);
    await expect(openAnyLog(config(), 0)).rejects.toThrow(`Process ${holder.pid} runs on the data folder`);
    await holder.end();
  });
});
