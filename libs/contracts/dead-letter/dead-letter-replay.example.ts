import type { DeadLetterReplays } from './dead-letter-replay.schema';

/** A letter that was mended and sent again once. */
export const deadLetterReplaysExample: DeadLetterReplays = {
  letter: '2/17',
  identity: 'MkU3OEVBNTcwNTJENDM2Qg/oK3hVYB5Q6q3m0lX1dJ9sw',
  replays: [
    {
      at: '2026-11-22T09:15:30.123Z',
      to: ['weir.facts.v1/3/140'],
      mended: true,
      sha256: '0f4c2c1c5d9c0e7e6e6f3a0d5b8f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b',
    },
  ],
};
