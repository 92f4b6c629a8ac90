import type { HitState } from '@weir/domain';
import type { NewRecord } from '@weir/platform/record-log';
import type { FactOutcome } from './fact-source';
import { hitRecord } from './hit-record';
import type { KeyedOutcome } from './measure-keyed';

/** What detection makes of a batch: records for its topics, and the change of state that goes with them. */
export interface Detected {
  readonly states: readonly HitState[];
  readonly hits: readonly NewRecord[];
  readonly deadLetters: readonly NewRecord[];
  readonly delta: Buffer;
  /** False where the delta says nothing. */
  readonly changed: boolean;
}

/** Of a batch of the facts topic also facts that live elsewhere in it, and facts under other keys, by lane. */
export interface DetectedFacts extends Detected {
  readonly moved: readonly NewRecord[];
  readonly keyed: ReadonlyMap<string, readonly NewRecord[]>;
  readonly outcomes: Readonly<Record<FactOutcome, number>>;
}

/** Of a batch of a re-keyed topic also the latest event time (ms) of its facts, null where there is none. */
export interface DetectedKeyed extends Detected {
  readonly latest: number | null;
  readonly outcomes: Readonly<Record<KeyedOutcome, number>>;
}

/** States become records; what changed becomes the checkpoint's delta. */
export function detected(
  states: readonly HitState[],
  deadLetters: readonly NewRecord[],
  state: { readonly hasChanged: boolean; takeDelta(): Buffer },
): Detected {
  const { hasChanged } = state;
  return { states, hits: states.map(hitRecord), deadLetters, delta: state.takeDelta(), changed: hasChanged };
}
