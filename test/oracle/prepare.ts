import { currencyCodes, currencyDecimals } from '@weir/domain';
import type { ClientBase } from 'pg';
import { calendarFunctions } from './functions/calendar.sql';
import { numberFunctions } from './functions/numbers.sql';
import { textFunctions } from './functions/texts.sql';

const prepared = new WeakSet<ClientBase>();

/** Makes what all runs of the oracle share: the schema `oracle` with its functions and the currencies; again does no harm. */
export async function prepareOracle(sql: ClientBase): Promise<void> {
  if (prepared.has(sql)) return;
  // Compiling queries costs more than it gains here; sorts of a million facts stay in memory.
  await sql.query(
    `set jit = off; set work_mem = '256MB'; set statement_timeout = 0; set client_min_messages = warning`,
  );
  await sql.query('create schema if not exists oracle');
  await sql.query(numberFunctions + textFunctions + calendarFunctions);
  await sql.query('create table if not exists oracle.currency (code text primary key, decimals int not null)');
  const decimals = currencyCodes.map((code) => currencyDecimals(code));
  await sql.query(
    'insert into oracle.currency select * from unnest($1::text[], $2::int[]) on conflict (code) do nothing',
    [currencyCodes, decimals],
  );
  prepared.add(sql);
}
