import { z } from 'zod';

/** How many replays of one letter are remembered, the newest. */
export const mostReplaysKept = 20;

/** One time that a dead letter was sent again. */
export const deadLetterReplaySchema = z.strictObject({
  at: z.iso.datetime().describe('When the log had acknowledged it, UTC.'),
  to: z
    .array(z.string())
    .min(1)
    .describe('Where it stands now, topic/partition/offset each; several for a list of facts.'),
  mended: z.boolean().describe('Whether other bytes than the original were sent.'),
  sha256: z.string().describe('Of the bytes that were sent, hex.'),
});

/** One time that a dead letter was sent again. */
export type DeadLetterReplay = z.infer<typeof deadLetterReplaySchema>;

/**
 * What `weir.dead-letter-replays.v1` says of one dead letter, keyed by its `partition/offset`. The topic is compacted:
 * the newest record of a key has the whole story.
 */
export const deadLetterReplaysSchema = z.strictObject({
  letter: z.string().describe('partition/offset on the dead-letter topic.'),
  identity: z.string().describe('Of the dead-letter topic: where that is made anew, the same place is another letter.'),
  replays: z.array(deadLetterReplaySchema).min(1).max(mostReplaysKept).describe('The newest last.'),
});

/** What is known of the replays of one dead letter. */
export type DeadLetterReplays = z.infer<typeof deadLetterReplaysSchema>;
