import { topics, topicShapes } from '@weir/contracts';
import { runService } from '@weir/platform/runtime';
import { IntakeAppModule } from './intake-app.module';

void runService({
  name: 'weir-intake',
  title: 'Weir intake',
  port: 7481,
  needs: [],
  topics: ({ facts }) => topicShapes(facts.topic ?? topics.facts, facts.partitions),
  module: (context) => IntakeAppModule.with(context),
});
