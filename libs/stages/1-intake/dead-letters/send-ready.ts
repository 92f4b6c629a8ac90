import { headers } from '@weir/contracts';
import { RecordTooLarge, type NewRecord, type RecordLog } from '@weir/platform/record-log';
import { letterIdText, type Letter } from './letter';

/** A letter that would be read, and what it becomes. */
export interface Ready {
  readonly letter: Letter;
  /** Where its records go to. */
  readonly topic: string;
  readonly records: readonly NewRecord[];
  /** When the oldest of its facts occurred, ms since 1970; null where that matters to nobody. */
  readonly oldest: number | null;
}

/** `topic/partition/offset` of each of a letter's records, or why they are not there. */
export type Sent = readonly string[] | Error;

/**
 * Sends the records of ready letters, those of one topic in one call; what became of each, in their order. Where the log
 * fails, no letter of that call counts as sent; records of it may have been written all the same.
 */
export async function sendReady(
  ready: readonly Ready[],
  log: Pick<RecordLog, 'send'>,
  deadLettersTopic: string,
): Promise<readonly Sent[]> {
  const results = new Map<Ready, Sent>();
  for (const topic of new Set(ready.map((one) => one.topic))) {
    const some = ready.filter((one) => one.topic === topic);
    const sent = await sendTo(topic, some, log, deadLettersTopic);
    for (const [index, one] of some.entries()) results.set(one, sent[index] ?? []);
  }
  return ready.map((one) => results.get(one) ?? []);
}

/** Where the topic does not take one of the records, each letter goes by itself: it stops no other. */
async function sendTo(
  topic: string,
  some: readonly Ready[],
  log: Pick<RecordLog, 'send'>,
  deadLettersTopic: string,
): Promise<readonly Sent[]> {
  try {
    const positions = await log.send(
      topic,
      some.flatMap((one) => recordsOf(one, deadLettersTopic)),
    );
    const places = positions.map(({ partition, offset }) => `${topic}/${partition}/${offset}`);
    let next = 0;
    return some.map(({ records }) => places.slice(next, (next += records.length)));
  } catch (error) {
    if (error instanceof RecordTooLarge && some.length > 1) {
      const each = await Promise.all(some.map((one) => sendTo(topic, [one], log, deadLettersTopic)));
      return each.flat();
    }
    const failure = error instanceof Error ? error : new Error(String(error));
    return some.map(() => failure);
  }
}

function recordsOf({ letter, records }: Ready, deadLettersTopic: string): readonly NewRecord[] {
  const from = { [headers.repairedFrom]: `${deadLettersTopic}/${letterIdText(letter.id)}` };
  return records.map((record) => ({ ...record, headers: { ...record.headers, ...from } }));
}
