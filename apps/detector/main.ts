import { topics, topicShapes } from '@weir/contracts';
import { runService } from '@weir/platform/runtime';
import { DetectorModule } from './detector.module';

void runService({
  name: 'weir-detector',
  title: 'Weir detector',
  port: 7482,
  needs: ['window-store'],
  // To rebuild from, should the window store lose its state; it is the desk that writes it.
  uses: ['facts-archive'],
  topics: ({ facts }) => topicShapes(facts.topic ?? topics.facts, facts.partitions),
  module: (context) => DetectorModule.with(context),
});
