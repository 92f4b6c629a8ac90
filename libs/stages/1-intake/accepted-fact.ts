import type { Fact } from '@weir/domain';
import type { Batch, LogRecord } from '@weir/platform/record-log';
import { lateHeaderOf, originOf } from './origin';
import type { PlacedFact } from './steps/home';

/** A fact as read from its record. */
export interface AcceptedFact extends PlacedFact {
  readonly record: LogRecord;
  /** Where it was first seen: `topic/partition/offset`, or what the record brings along. */
  readonly origin: string;
  /** For a fact that was moved to its home partition: whether it was late where it came from; else null. */
  readonly movedLate: boolean | null;
}

/** Where records are read. */
export type Place = Pick<Batch, 'topic' | 'partition'>;

/** A fact that was read here. */
export class ReadRecord implements AcceptedFact {
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
