import { topics } from '@weir/contracts';
import { readStates } from '@weir/alerting';
import { sourceOf, type Letter, type ReadAgain, type ReaderAgain } from '@weir/intake';
import type { LogRecord, NewRecord } from '@weir/platform/record-log';

/**
 * Dead letters of the hits topic, read as alerting reads it. They are sent again only by their ids: facts come from
 * upstream, but a state of a hit is a detector's word, and whoever sends one again should have looked at it.
 */
export const hitsAgain: ReaderAgain = {
  topic: topics.hits,
  onlyByName: true,
  read(letter: Letter, mended: Buffer | null): ReadAgain {
    const value = mended ?? letter.original;
    const record: LogRecord = { offset: 0, key: letter.key, value, headers: {}, timestamp: letter.at };
    const [refused] = readStates([record]).refused;
    if (refused === undefined) return { outcome: 'readable', records: [recordOf(letter, value)], oldest: null };
    const { reason, message } = refused;
    return { outcome: 'refused', flaws: [{ reason, message, part: null }] };
  },
};

/** A record without a key got a stand-in as a dead letter; it goes back to the partition that it came from. */
function recordOf({ key, origin }: Letter, value: Buffer): NewRecord {
  const source = sourceOf(origin);
  if (source.kind !== 'log') return { key, value };
  const hadKey = key !== null && key.toString('utf8') !== `${source.topic}/${source.partition}`;
  return hadKey ? { key, value } : { key: null, value, partition: source.partition };
}
