import type { Batch } from '@weir/platform/record-log';
import { ReadRecord, type AcceptedFact, type Place } from './accepted-fact';
import { readPlainFact } from './fast/plain-fact';
import { originOf } from './origin';
import { refuse, type Refusal } from './refusal';
import { asText } from './steps/encoding';
import { asFact } from './steps/fact';
import { Flaw } from './steps/flaw';
import { atHome } from './steps/home';
import { asJson } from './steps/json';
import { withMoney } from './steps/money';
import { guarded, path, withShortcut, type IntakeSettings } from './steps/path';
import { asMessage } from './steps/shape';
import { withinSize } from './steps/size';
import { withCleanText } from './steps/text';
import { inTime } from './steps/time';

const toFact = path(asText).then(asJson).then(asMessage).then(withCleanText).then(inTime).then(withMoney).then(asFact);

/** The path of one record: bytes in, a fact that knows its home out. */
export const readFact = path(withinSize).then(withShortcut(readPlainFact, toFact)).then(atHome);
/** The same without the shortcut, which decides about speed only. */
export const readFactInFull = path(withinSize).then(toFact.run).then(atHome);
const read = guarded(readFact);

export type { AcceptedFact };

/** Both in the order of the batch. */
export interface IntakeResult {
  readonly accepted: AcceptedFact[];
  readonly refused: Refusal[];
}

/** Reads a batch: every record ends in one of the two lists, and none stops the others. */
export function readBatch(batch: Place & Pick<Batch, 'records'>, settings: IntakeSettings): IntakeResult {
  const result: IntakeResult = { accepted: [], refused: [] };
  const now = settings.now?.() ?? Infinity;
  const context = { settings, arrivedAt: 0 };
  for (const record of batch.records) {
    context.arrivedAt = Math.min(record.timestamp, now);
    const outcome = read(record.value, context);
    if (!(outcome instanceof Flaw)) result.accepted.push(new ReadRecord(outcome, record, batch));
    else result.refused.push(refuse(record, originOf(record, batch.topic, batch.partition), outcome));
  }
  return result;
}
