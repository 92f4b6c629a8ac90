import type { Fact } from '@weir/domain';
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

/** Where records are read. */
type Place = Pick<Batch, 'topic' | 'partition'>;

class ReadRecord implements AcceptedFact {
  readonly fact: Fact;
  readonly homeKey: string;
  readonly home: number;
  readonly movedLate: boolean | null;

  constructor(
    { fact, homeKey, home }: PlacedFact,
    readonly record: LogRecord,
    private readonly place: Place,
  ) {
    this.fact = fact;
    this.homeKey = homeKey;
    this.home = home;
    this.movedLate = lateHeaderOf(record, place.topic, place.partition);
  }

  /** Written when it is asked for: of the fewest facts. */
  get origin(): string {
    return originOf(this.record, this.place.topic, this.place.partition);
  }
}

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
