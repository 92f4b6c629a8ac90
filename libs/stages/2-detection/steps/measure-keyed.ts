import type { HitState } from '@weir/domain';
import type { Batch, NewRecord } from '@weir/platform/record-log';
import type { LaneState } from './lane-state';
import { readKeyed } from './read-keyed';
import { deadLetterOf } from './unreadable-record';

/** How a record of a re-keyed topic that is no report ends. Closed: metrics carry it as a label. `late` ones are accepted too. */
export const keyedOutcomes = ['accepted', 'late', 'duplicate', 'conflict', 'not-needed', 'unreadable'] as const;
export type KeyedOutcome = (typeof keyedOutcomes)[number];

/** What became of the records of a batch. */
export interface MeasuredKeyed {
  readonly states: HitState[];
  readonly deadLetters: NewRecord[];
  /** How many facts ended how. */
  readonly outcomes: Record<KeyedOutcome, number>;
  /** Latest event time (ms) of its facts, null where there is none. */
  latest: number | null;
}

/**
 * Takes the records of a re-keyed partition in one by one, in the order of the log. A name that is known with other content
 * changes nothing here: both facts stand under their own home key, and the facts archive has told of it.
 * @param isDue asked after each: whether others are to have a turn
 */
export function* measureKeyed(
  { topic, partition, records }: Batch,
  state: LaneState,
  isDue: () => boolean,
): Generator<undefined, MeasuredKeyed> {
  const measured: MeasuredKeyed = {
    states: [],
    deadLetters: [],
    outcomes: { accepted: 0, late: 0, duplicate: 0, conflict: 0, 'not-needed': 0, unreadable: 0 },
    latest: null,
  };
  for (const record of records) {
    if (isDue()) yield;
    const read = readKeyed(record, state.sourceCount);
    if (read.kind === 'report') {
      // A topic that was made anew is not what its name has been: a source that has not noticed yet speaks of the one before.
      if (read.writtenFor !== null && read.writtenFor !== state.identity) continue;
      measured.states.push(...state.hear(read.report, record.offset));
    } else if (read.kind === 'unreadable') {
      measured.deadLetters.push(deadLetterOf({ topic, partition, record }, read));
      measured.outcomes.unreadable++;
    } else {
      const acceptance = state.accept(read.fact, record.offset, read.late);
      if (acceptance?.outcome === 'accepted') {
        measured.states.push(...acceptance.states);
        measured.latest = Math.max(measured.latest ?? -Infinity, read.fact.occurredAt);
        measured.outcomes[acceptance.late ? 'late' : 'accepted']++;
      } else measured.outcomes[acceptance?.outcome ?? 'not-needed']++;
    }
  }
  return measured;
}
