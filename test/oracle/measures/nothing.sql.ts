import { whole } from '../unit.sql';
import { measuredQuery, type MeasureSql } from './measure-sql';

/** A rule without a measure: every triggering fact is a hit. */
export const nothingSql: MeasureSql = {
  unit: whole,
  window: null,
  where: [],
  evidence: { ownFact: true },
  measured: () => measuredQuery({}, { numerator: 'null', facts: '1', since: 'seq' }),
};
