import type { MeasureDocument } from '@weir/contracts';
import { count, distinct, turn } from './counts';
import { max, min } from './extremes';
import { idle } from './idle';
import type { Look, Measured } from './look';
import { run } from './run';
import { share } from './share';
import { timesUsual } from './times-usual';
import { average, sum } from './totals';
import { value } from './value';

/** Measures one triggering fact. Throws `NoValue` where that comes to no value. */
export function measure(document: MeasureDocument, look: Look): Measured {
  if ('value' in document) return value(look, document.value);
  if ('count' in document) return count(look);
  if ('sum' in document) return sum(look, document.sum);
  if ('average' in document) return average(look, document.average);
  if ('max' in document) return max(look, document.max);
  if ('min' in document) return min(look, document.min);
  if ('distinct' in document) return distinct(look, document.distinct);
  if ('share' in document) return share(look, document.share, document.of);
  if ('run' in document) return run(look, document.until);
  if ('idle' in document) return idle(look, document.idle);
  if ('turn' in document) return turn(look, document.turn);
  return timesUsual(look, document.timesUsual, document.history ?? 1);
}
