import { extremeSql } from './extreme.sql';
import type { MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/** The smallest that counts; no value where none does. */
export const minSql = (field: string, currency: string | undefined, windowed: Windowed): MeasureSql =>
  extremeSql('least', field, currency, windowed);
