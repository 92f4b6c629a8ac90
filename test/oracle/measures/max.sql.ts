import { extremeSql } from './extreme.sql';
import type { MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/** The largest that counts; no value where none does. */
export const maxSql = (field: string, currency: string | undefined, windowed: Windowed): MeasureSql =>
  extremeSql('greatest', field, currency, windowed);
