import type { HitState, RuleSet } from '@weir/domain';
import type { Batch, NewRecord } from '@weir/platform/record-log';
import type { FactOutcome, FactSource } from './steps/fact-source';
import { hitRecord } from './steps/hit-record';
import { measureFacts } from './steps/measure';
import type { PartitionState } from './steps/partition-state';

/** What detection makes of a batch: records for three topics, and the change of state that goes with them. */
export interface Detected {
  readonly hits: readonly NewRecord[];
  readonly deadLetters: readonly NewRecord[];
  /** Facts that live in other partitions of the facts topic. */
  readonly moved: readonly NewRecord[];
  readonly delta: Buffer;
  readonly states: readonly HitState[];
  readonly outcomes: Readonly<Record<FactOutcome, number>>;
}

/** What the path needs besides the batch. */
export interface DetectionInputs {
  readonly source: FactSource;
  readonly rules: RuleSet;
  /** Event time (ms) up to which every source partition was read; null where nothing may be forgotten yet. */
  readonly settled: number | null;
}

/** The path of a batch of one partition through detection. Pure but for the state, which it moves forward. */
export function detect(batch: Batch, state: PartitionState, { source, rules, settled }: DetectionInputs): Detected {
  // 1. What is held begins here, where older records are gone; rules as they stand before the batch.
  const first = batch.records[0];
  if (first !== undefined) state.beginWith(first.timestamp);
  const changed = state.useRules(rules, (first?.offset ?? 0) - 1);
  // 2. Read: facts in their order, dead letters for what is none.
  const { facts, deadLetters: unread } = source.read(batch);
  // 3. Measure what lives here, carry home what does not.
  const { states, moved, deadLetters, outcomes } = measureFacts(facts, batch.partition, state, source);
  // 4. Forget what no window needs any more.
  if (settled !== null) state.settle(settled, batch.records.length);
  // 5. States become records; the changes become the checkpoint's delta.
  const all = [...changed, ...states];
  return {
    hits: all.map(hitRecord),
    deadLetters: [...unread, ...deadLetters],
    moved,
    delta: state.takeDelta(),
    states: all,
    outcomes,
  };
}
