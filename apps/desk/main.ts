import { alertingMigrations } from '@weir/alerting';
import { topics, topicShapes } from '@weir/contracts';
import { runService } from '@weir/platform/runtime';
import { reviewMigrations } from '@weir/review';
import { DeskModule } from './desk.module';

void runService({
  name: 'weir-desk',
  title: 'Weir desk',
  port: 7483,
  needs: ['window-store', 'event-store', 'facts-archive'],
  migrations: [alertingMigrations, reviewMigrations],
  topics: ({ facts }) => topicShapes(facts.topic ?? topics.facts, facts.partitions),
  module: (context) => DeskModule.with(context),
});
