import { unitOf } from '../unit.sql';
import { measuredQuery, type MeasureSql } from './measure-sql';

/** The fact's own value. A fact without the field is not looked at. */
export function valueSql(field: string, currency: string | undefined): MeasureSql {
  const unit = unitOf(field, currency);
  return {
    unit,
    window: null,
    where: [],
    number: { field, unit },
    evidence: { ownFact: true },
    measured: () =>
      measuredQuery({}, { numerator: 'units', failure: 'failure', facts: '1', since: 'seq', evaluated: 'there' }),
  };
}
