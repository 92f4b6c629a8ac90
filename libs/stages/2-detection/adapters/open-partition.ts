import { StopPartition, type Bounds, type TopicDescription } from '@weir/platform/record-log';
import type { OpenedPartition, WindowStore } from '@weir/platform/window-store';

/** A partition at its checkpoint. */
export interface FoundPartition extends Pick<OpenedPartition, 'claim' | 'snapshot' | 'deltas'> {
  /** True where nothing is stored: the state begins here. */
  readonly begins: boolean;
  /** True where it begins although older records have gone. */
  readonly beganLate: boolean;
}

/**
 * Opens a partition at its checkpoint. Never jumps: where the log no longer holds (or never held) the offset to go on
 * from, or the topic is another than the one the state was made from, the partition is stopped with an alarm.
 * @throws StopPartition `topic-made-anew`, `partition-count-changed`, `offset-gap`
 */
export async function openPartition(
  topic: TopicDescription,
  partition: number,
  bounds: Bounds,
  store: WindowStore,
): Promise<FoundPartition> {
  const name = { topic: topic.name, partition };
  const identity = `${topic.identity}#${topic.partitions}`;
  const { claim, empty, topicIdentity, snapshot, deltas } = await store.open(name, identity, bounds.low);
  const place = `${topic.name}/${partition}`;
  if (!empty && topicIdentity !== identity) throw otherTopic(place, topicIdentity, identity);
  if (claim.nextOffset < bounds.low || claim.nextOffset > bounds.high) {
    throw new StopPartition(
      'offset-gap',
      `The checkpoint of ${place} goes on from offset ${claim.nextOffset}, but the log holds ${bounds.low} to ${bounds.high}. ` +
        `Records are missing: restore the log, or clear the partition's window store to begin anew, with what the facts archive ` +
        `holds of them; dead letters of what could not be read among them are lost.`,
    );
  }
  const begins = empty || (snapshot.length === 0 && deltas.length === 0);
  return { claim, snapshot, deltas, begins, beganLate: begins && claim.nextOffset > 0 };
}

function otherTopic(place: string, stored: string, found: string): StopPartition {
  const [storedTopic, storedCount] = stored.split('#');
  const [foundTopic, foundCount] = found.split('#');
  return storedTopic === foundTopic
    ? new StopPartition(
        'partition-count-changed',
        `${place} belongs to a topic that had ${storedCount} partitions and now has ${foundCount}: keys live elsewhere now. ` +
          `Publish to a new topic, or clear the window store and begin anew.`,
      )
    : new StopPartition(
        'topic-made-anew',
        `${place} is another topic than the one the state was made from (${storedTopic}, now ${foundTopic}). ` +
          `Restore the topic, or clear the window store and begin anew.`,
      );
}
