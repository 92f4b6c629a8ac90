export * from './detection.pipeline';
export * from './detection.module';
export { DetectionMetrics } from './detection.metrics';
export { DetectionConsumer, type DetectionPorts, type DetectionSettings } from './adapters/detection-consumer';
export { Fenced } from './adapters/owned-partition';
export { SourceWatermarks } from './adapters/source-watermarks';
export {
  documentName,
  RuleTopic,
  type RefusedRule,
  type RulebookDocument,
  type UnreadableRule,
} from './adapters/rule-topic';
export { factOutcomes, type FactOutcome, type FactSource, type ReadFact } from './steps/fact-source';
export { PartitionState } from './steps/partition-state';
export * from './rule-files';
