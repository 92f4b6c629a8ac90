import { topics, topicShapes } from '@weir/contracts';
import { runService } from '@weir/platform/runtime';
import { DetectorModule } from './detector.module';

void runService({
  name: 'weir-detector',
  title: 'Weir detector',
  port: 7482,
  needs: ['window-store'],
  topics: ({ facts }) => topicShapes(facts.topic ?? topics.facts, facts.partitions),
  module: (context) => DetectorModule.with(context),
});
