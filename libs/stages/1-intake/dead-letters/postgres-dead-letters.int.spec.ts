import { PostgresRecordLog, recordLogMigrations } from '@weir/platform/record-log';
import { migrate, openPool } from '@weir/platform/sql';
import { sharedPostgres, type SharedDatabase } from '@weir/testing';
import type { Pool } from 'pg';
import { itHoldsDeadLetters } from './dead-letters.contract.spec';

jest.setTimeout(60_000);

describe('dead letters on PostgreSQL', () => {
  let database: SharedDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await sharedPostgres();
    pool = openPool({ connectionString: database.connectionString });
    await migrate(pool, recordLogMigrations);
  });
  afterAll(async () => {
    await pool.end();
    await database.stop();
  });

  itHoldsDeadLetters(() => new PostgresRecordLog(pool));
});
