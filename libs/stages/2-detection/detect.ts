import type { Batch } from '@weir/platform/record-log';
import { detecting, type DetectionInputs } from './detection.pipeline';
import type { DetectedFacts } from './steps/detected';
import type { PartitionState } from './steps/partition-state';
import { toTheEnd } from './steps/to-the-end';

/** The path of a batch of the facts topic in one go, for whoever has nobody else to give a turn to. */
export function detect(batch: Batch, state: PartitionState, inputs: DetectionInputs): DetectedFacts {
  return toTheEnd(detecting(batch, state, inputs, () => false));
}
