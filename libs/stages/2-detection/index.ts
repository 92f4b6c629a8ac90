export * from './detection.pipeline';
export { detect } from './detect';
export * from './detection.module';
export { DetectionMetrics } from './detection.metrics';
export { Fenced } from './adapters/checkpoint';
export { DetectionConsumer } from './adapters/detection-consumer';
export { LaneConsumer } from './adapters/lane-consumer';
export { dimensionOf, laneTopic } from './adapters/lane-topic';
export { LaneWriter } from './adapters/lane-writer';
export type { BegunAnew, DetectionPorts, DetectionSettings } from './adapters/partition-consumer';
export { SourceWatermarks } from './adapters/source-watermarks';
export {
  documentName,
  RuleTopic,
  type RefusedRule,
  type RulebookDocument,
  type UnreadableRule,
} from './adapters/rule-topic';
export type { FactHistory, PastFact } from './steps/fact-history';
export { factOutcomes, type FactOutcome, type FactSource, type ReadFact } from './steps/fact-source';
export { PartitionState } from './steps/partition-state';
export * from './rule-files';
