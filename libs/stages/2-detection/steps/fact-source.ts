import type { Fact } from '@weir/domain';
import type { Batch, LogRecord, NewRecord } from '@weir/platform/record-log';

/** How a fact ends in detection. Closed: metrics carry it as a label. `late` ones are accepted too. */
export const factOutcomes = ['accepted', 'late', 'duplicate', 'conflict', 'moved'] as const;
export type FactOutcome = (typeof factOutcomes)[number];

/** A fact as detection takes it: read, checked, and knowing where it lives. */
export interface ReadFact {
  readonly fact: Fact;
  readonly record: LogRecord;
  /** Where it was first seen, `topic/partition/offset`. */
  readonly origin: string;
  readonly homeKey: string;
  /** The partition it lives in. */
  readonly home: number;
  /** For a fact that was moved to its home: whether it was late where it came from; else null. */
  readonly movedLate: boolean | null;
}

/** What detection asks of whoever reads the facts; the app plugs intake in here. */
export interface FactSource<F extends ReadFact = ReadFact> {
  /** Reads a batch: facts in their order, and a dead letter for every record that is none. */
  read(batch: Batch): { readonly facts: readonly F[]; readonly deadLetters: readonly NewRecord[] };
  /** Whether Weir moved a record here from another partition of the topic, as `movedLate` says of the fact that it is read as. */
  isMoved(record: LogRecord, place: Pick<Batch, 'topic' | 'partition'>): boolean;
  /** The dead letter of a fact whose name is known with other content (`known`, canonical). */
  conflict(fact: F, known: string): NewRecord;
  /** Told once a batch is in the checkpoint: how its facts ended, and the dead letters that it made. */
  checkpointed(outcomes: Readonly<Record<FactOutcome, number>>, deadLetters: readonly NewRecord[]): void;
}
