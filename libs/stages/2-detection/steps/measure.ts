import type { HitState } from '@weir/domain';
import type { NewRecord } from '@weir/platform/record-log';
import type { FactOutcome, FactSource, ReadFact } from './fact-source';
import { keyedRecords } from './keyed-records';
import { moveHome } from './move-home';
import type { PartitionState } from './partition-state';

/** What became of the facts of a batch. */
export interface Measured {
  readonly states: HitState[];
  readonly moved: NewRecord[];
  /** Facts for the re-keyed topics, by lane. */
  readonly keyed: Map<string, NewRecord[]>;
  /** Dead letters of records that are no facts, and of facts whose name is known with other content. */
  readonly unread: NewRecord[];
  readonly deadLetters: NewRecord[];
  /** How many facts ended how. */
  readonly outcomes: Record<FactOutcome, number>;
}

/** What the facts of a batch are added to. */
export function nothingMeasured({ keysOf }: Pick<PartitionState, 'keysOf'>): Measured {
  return {
    states: [],
    moved: [],
    keyed: new Map([...keysOf.keys()].map((lane) => [lane, []])),
    unread: [],
    deadLetters: [],
    outcomes: { accepted: 0, late: 0, duplicate: 0, conflict: 0, moved: 0 },
  };
}

/**
 * Takes facts in one by one, in the order of the log: those that live elsewhere go home, the others are measured, and passed on
 * to the re-keyed topics of the lanes in which they have a key.
 * @param isDue asked after each: whether others are to have a turn
 */
export function* measureFacts(
  facts: readonly ReadFact[],
  partition: number,
  state: PartitionState,
  source: Pick<FactSource, 'conflict'>,
  into: Measured,
  isDue: () => boolean,
): Generator<undefined, void> {
  for (const fact of facts) {
    into.outcomes[measureFact(fact, partition, state, source, into)]++;
    if (isDue()) yield;
  }
}

function measureFact(
  read: ReadFact,
  partition: number,
  state: PartitionState,
  source: Pick<FactSource, 'conflict'>,
  into: Measured,
): FactOutcome {
  if (read.home !== partition) {
    into.moved.push(moveHome(read, state));
    return 'moved';
  }
  const acceptance = state.accept(read.fact, read.record.offset, read.movedLate);
  switch (acceptance.outcome) {
    case 'accepted':
      // Of most facts there is nothing to be told.
      if (acceptance.states.length > 0) into.states.push(...acceptance.states);
      if (into.keyed.size > 0) passOn(read, acceptance.late, partition, state, into);
      return acceptance.late ? 'late' : 'accepted';
    case 'duplicate':
      return 'duplicate';
    case 'conflict':
      into.deadLetters.push(source.conflict(read, acceptance.known));
      return 'conflict';
  }
}

/** Writes a fact under its other keys. */
function passOn(
  { fact, record: { offset } }: ReadFact,
  late: boolean,
  partition: number,
  { keysOf }: PartitionState,
  into: Measured,
): void {
  for (const [lane, record] of keyedRecords({ fact, late, partition, offset }, keysOf)) {
    into.keyed.get(lane)?.push(record);
  }
}
