import type { KafkaRecordLog } from '@weir/platform/record-log';
import type { Cluster } from '../harness/cluster';
import type { RunningService } from '../harness/running-service';
import type { Seeded } from '../harness/seeded';
import type { DetectorProcess, Detectors } from './detectors';

/** What faults strike. */
export interface Ground {
  readonly cluster: Cluster;
  readonly detectors: Detectors;
  /** For a look at topics and groups from outside. */
  readonly log: KafkaRecordLog;
  readonly random: Seeded;
  desk: RunningService;
}

/** A detector by the seed. */
export function anyDetector({ detectors, random }: Ground): DetectorProcess {
  const detector = detectors.running[random.below(detectors.running.length)];
  if (detector === undefined) throw new Error('No detector runs.');
  return detector;
}
