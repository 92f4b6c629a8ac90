import type { Pool, PoolClient } from 'pg';
import { errorCode, inTransaction } from '../sql';

/** A UTC day, ms. */
export const DAY = 86_400_000;

/** Serialises the making and forgetting of days among all processes on the database. Any number, the same everywhere. */
const LOCK = 7_302_114_950;

/** How many days are made in one transaction: each takes locks, of which the server has a limited number. */
const AT_ONCE = 20;

/** Longest wait, ms, for the lock that takes a day off the table of facts. */
const PATIENCE = 2_000;

/** UTC day of a time: whole days since 1970, negative before. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY);
}

/** Name of a day's table: `facts_2026_11_22`. */
function tableOf(day: number): string {
  return `facts_${new Date(day * DAY).toISOString().slice(0, 10).replaceAll('-', '_')}`;
}

/** The day whose facts a table holds. */
export function dayOfTable(table: string): number {
  return Date.parse(table.slice('facts_'.length).replaceAll('_', '-')) / DAY;
}

/** The day partitions of the table of facts. */
export class Days {
  /** Days known to have a table. A day that another process forgets meanwhile shows as an error of the insert. */
  private readonly known = new Set<number>();

  constructor(private readonly pool: Pool) {}

  /** Makes the tables of those days that have none. */
  async ensure(days: Iterable<number>): Promise<void> {
    const missing = [...new Set(days)].filter((day) => !this.known.has(day)).sort((a, b) => a - b);
    for (let from = 0; from < missing.length; from += AT_ONCE) await this.make(missing.slice(from, from + AT_ONCE));
  }

  /** Forgets what it knows, not what is stored: the next `ensure` looks again. */
  lookAgain(): void {
    this.known.clear();
  }

  /**
   * Drops the tables of the days before `day` and the names of their facts; gives how many facts there were. Per day: the
   * table is taken off `facts` (a moment's lock), then the names go, then the table. Who stores a fact of that day
   * meanwhile gets a new table for it. What a killed process left half done is finished by the next call.
   */
  async forgetBefore(day: number): Promise<number> {
    let forgotten = 0;
    // Said before anything goes: who asks what is held must never be told more than there is.
    await this.pool.query(
      `insert into facts_forgotten as f (before) values ($1) on conflict (one_row) do update set before = greatest(f.before, excluded.before)`,
      [day * DAY],
    );
    for (const table of await this.tablesBefore(day)) await this.takeOff(table);
    await this.pool.query('delete from fact_arrivals where occurred_at < $1', [day * DAY]);
    for (const table of await this.tables('forgotten\\_%')) {
      forgotten += await inTransaction(this.pool, async (tx) => {
        await tx.query('set local statement_timeout = 0');
        await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
        if (!(await exists(tx, table))) return 0;
        const { rowCount } = await tx.query(
          `delete from fact_names n using ${table} f
            where n.source = f.source and n.id = f.id and n.occurred_at = f.occurred_at`,
        );
        await tx.query(`drop table ${table}`);
        return rowCount ?? 0;
      });
    }
    this.lookAgain();
    return forgotten;
  }

  private async takeOff(table: string): Promise<void> {
    try {
      await inTransaction(this.pool, async (tx) => {
        // Whoever waits for this lock makes everybody behind it wait too: rather give up soon.
        await tx.query(`set local lock_timeout = ${PATIENCE}`);
        await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
        if (!(await exists(tx, table))) return;
        // The number keeps apart a day that was forgotten, came again, and is forgotten again before the first is gone.
        await tx.query(`alter table facts detach partition ${table};
          do $$ begin execute format('alter table ${table} rename to forgotten_%s_${table}', '${table}'::regclass::oid); end $$`);
      });
    } catch (error) {
      if (errorCode(error) !== '55P03') throw error;
      throw new Error(
        `The facts in ${table} cannot be forgotten now, since the archive is being read or written at length (by a rebuild, a trial run ` +
          `or a backup). Try again when that has ended.`,
        { cause: error },
      );
    }
  }

  private async make(days: readonly number[]): Promise<void> {
    await inTransaction(this.pool, async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
      const tables = days.map(tableOf);
      const { rows } = await tx.query<{ name: string }>(
        'select name from unnest($1::text[]) as t (name) where to_regclass(name) is null',
        [tables],
      );
      const absent = new Set(rows.map(({ name }) => name));
      for (const [index, day] of days.entries()) {
        const table = tables[index];
        if (table === undefined || !absent.has(table)) continue;
        // Made apart and attached, which readers and writers of other days do not wait for; PARTITION OF would lock them out.
        await tx.query(`create table ${table} (like facts including defaults including constraints);
          alter table facts attach partition ${table} for values from (${day * DAY}) to (${(day + 1) * DAY})`);
      }
    });
    for (const day of days) this.known.add(day);
  }

  private async tablesBefore(day: number): Promise<string[]> {
    const first = tableOf(day);
    // Names of one length sort like the days they name.
    return (await this.tables('facts\\_____\\___\\___')).filter((table) => table < first);
  }

  private async tables(pattern: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      `select relname as name from pg_class
        where relkind = 'r' and relname like $1 and relnamespace = (select relnamespace from pg_class where oid = 'facts'::regclass)
        order by relname collate "C"`,
      [pattern],
    );
    return rows.map(({ name }) => name);
  }
}

async function exists(tx: PoolClient, table: string): Promise<boolean> {
  const { rows } = await tx.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [table]);
  return rows[0]?.exists === true;
}
