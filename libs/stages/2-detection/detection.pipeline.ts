import type { HitState } from '@weir/domain';
import type { Batch } from '@weir/platform/record-log';
import { detected, type DetectedFacts, type DetectedKeyed } from './steps/detected';
import type { FactSource } from './steps/fact-source';
import type { LaneState } from './steps/lane-state';
import { measureFacts, nothingMeasured } from './steps/measure';
import { measureKeyed } from './steps/measure-keyed';
import type { PartitionState } from './steps/partition-state';
import { piecesOf } from './steps/pieces';

/** What the path of facts needs besides the batch. */
export interface DetectionInputs {
  readonly source: FactSource;
  /** Event time (ms) up to which every source partition was read; null where nothing may be forgotten yet. */
  readonly settled: number | null;
}

/**
 * The path of a batch of the facts topic. Pure but for the state, which it moves forward.
 * @param isDue asked after each fact: whether others are to have a turn. It yields then; until it goes on nobody may look at the state
 */
export function* detecting(
  batch: Batch,
  state: PartitionState,
  { source, settled }: DetectionInputs,
  isDue: () => boolean,
): Generator<undefined, DetectedFacts> {
  const measured = nothingMeasured(state);
  for (const piece of piecesOf(batch)) {
    // 1. Read: facts in their order, dead letters for what is none.
    const { facts, deadLetters } = source.read(piece);
    measured.unread.push(...deadLetters);
    // 2. Measure what lives here and pass it on under its other keys; carry home what lives elsewhere.
    yield* measureFacts(facts, batch.partition, state, source, measured, isDue);
  }
  const { states, moved, keyed, unread, deadLetters, outcomes } = measured;
  // 3. Forget what no window needs any more.
  if (settled !== null) state.settle(settled, batch.records.length);
  // 4. States become records; the changes become the checkpoint's delta.
  return { ...detected(states, [...unread, ...deadLetters], state), moved, keyed, outcomes };
}

/**
 * The path of a batch of a re-keyed topic: its facts were read, recognised and placed where they came in. `isDue` as above.
 * @param begun states that came of beginning before the batch
 * @param settles whether what no window needs may be forgotten
 */
export function* detectingKeyed(
  batch: Batch,
  state: LaneState,
  { begun, settles }: { readonly begun: readonly HitState[]; readonly settles: boolean },
  isDue: () => boolean,
): Generator<undefined, DetectedKeyed> {
  // 1. Measure facts; hear how far their sources have come.
  const { states, deadLetters, outcomes, latest } = yield* measureKeyed(batch, state, isDue);
  // 2. Forget what no window needs of facts that any source can still send in time.
  if (settles) state.settle(batch.records.length);
  // 3. As above.
  return { ...detected([...begun, ...states], deadLetters, state), outcomes, latest };
}
