import type { Batch, LogRecord } from '@weir/platform/record-log';
import { readPlainMessage } from './fast/plain-message';
import { lateHeaderOf, originOf } from './origin';
import { refuse, type Refusal } from './refusal';
import { asText } from './steps/encoding';
import { asFact } from './steps/fact';
import { Flaw } from './steps/flaw';
import { atHome, type PlacedFact } from './steps/home';
import { asJson } from './steps/json';
import { withMoney } from './steps/money';
import { guarded, path, withShortcut, type IntakeSettings } from './steps/path';
import { asMessage } from './steps/shape';
import { withinSize } from './steps/size';
import { withCleanText } from './steps/text';
import { inTime } from './steps/time';

const toMessage = path(asText).then(asJson).then(asMessage).then(withCleanText);
const toFact = path(inTime).then(withMoney).then(asFact).then(atHome);

/** The path of one record: bytes in, a fact that knows its home out. */
export const readFact = path(withinSize).then(withShortcut(readPlainMessage, toMessage)).then(toFact.run);
/** The same without the shortcut, which decides about speed only. */
export const readFactInFull = path(withinSize).then(toMessage.run).then(toFact.run);
const read = guarded(readFact);

/** A fact as read from its record. */
export interface AcceptedFact extends PlacedFact {
  readonly record: LogRecord;
  /** Where it was first seen: `topic/partition/offset`, or what the record brings along. */
  readonly origin: string;
  /** For a fact that was moved to its home partition: whether it was late where it came from; else null. */
  readonly movedLate: boolean | null;
}

/** Both in the order of the batch. */
export interface IntakeResult {
  readonly accepted: AcceptedFact[];
  readonly refused: Refusal[];
}

/** Reads a batch: every record ends in one of the two lists, and none stops the others. */
export function readBatch(
  { topic, partition, records }: Pick<Batch, 'topic' | 'partition' | 'records'>,
  settings: IntakeSettings,
): IntakeResult {
  const result: IntakeResult = { accepted: [], refused: [] };
  const now = settings.now?.() ?? Infinity;
  for (const record of records) {
    const origin = originOf(record, topic, partition);
    const outcome = read(record.value, { settings, arrivedAt: Math.min(record.timestamp, now) });
    if (outcome instanceof Flaw) result.refused.push(refuse(record, origin, outcome));
    else {
      const { fact, homeKey, home } = outcome;
      result.accepted.push({ fact, homeKey, home, record, origin, movedLate: lateHeaderOf(record, topic, partition) });
    }
  }
  return result;
}
