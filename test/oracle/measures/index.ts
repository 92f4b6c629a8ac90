import type { MeasureDocument } from '@weir/contracts';
import { averageSql } from './average.sql';
import { countSql } from './count.sql';
import { distinctSql } from './distinct.sql';
import { idleSql } from './idle.sql';
import { maxSql } from './max.sql';
import type { MeasureSql } from './measure-sql';
import { minSql } from './min.sql';
import { nothingSql } from './nothing.sql';
import { runSql } from './run.sql';
import { shareSql } from './share.sql';
import { sumSql } from './sum.sql';
import { timesUsualSql } from './times-usual.sql';
import { turnSql } from './turn.sql';
import { valueSql } from './value.sql';
import type { Windowed } from './windowed';

/** The measure of a rule in SQL, by its verb. @param currency of the threshold */
export function measureSql(measure: MeasureDocument | undefined, currency: string | undefined): MeasureSql {
  if (measure === undefined) return nothingSql;
  if ('value' in measure) return valueSql(measure.value, currency);
  const windowed: Windowed = { window: measure.window, where: measure.where ?? [] };
  if ('count' in measure) return countSql(windowed);
  if ('sum' in measure) return sumSql(measure.sum, currency, windowed);
  if ('average' in measure) return averageSql(measure.average, currency, windowed);
  if ('max' in measure) return maxSql(measure.max, currency, windowed);
  if ('min' in measure) return minSql(measure.min, currency, windowed);
  if ('distinct' in measure) return distinctSql(measure.distinct, windowed);
  if ('share' in measure) return shareSql(measure.share, measure.of, currency, windowed);
  if ('run' in measure) return runSql(measure.until, windowed);
  if ('idle' in measure) return idleSql(measure.idle, windowed);
  if ('turn' in measure) return turnSql(measure.turn, windowed);
  return timesUsualSql(measure.timesUsual, measure.history ?? 1, currency, windowed);
}
