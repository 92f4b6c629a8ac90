import { topics, topicShapes } from '../topics';
import { deadLetterReplaysExample } from './dead-letter-replay.example';
import { deadLetterReplaysSchema } from './dead-letter-replay.schema';
import { deadLetterExample } from './dead-letter.example';
import { deadLetterSchema } from './dead-letter.schema';

describe('dead letters as others see them', () => {
  it('are exemplified by what the schemas accept', () => {
    expect(deadLetterSchema.parse(deadLetterExample)).toEqual(deadLetterExample);
    expect(deadLetterReplaysSchema.parse(deadLetterReplaysExample)).toEqual(deadLetterReplaysExample);
  });

  it('keep what is known of their replays for ever: the newest record of each letter', () => {
    expect(topicShapes('facts', 6)).toContainEqual({ name: topics.deadLetterReplays, partitions: 1, compacted: true });
  });
});
