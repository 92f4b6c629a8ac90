import { RecordTooLarge, type NewRecord, type Position, type RecordLog } from './record-log';

/** What became of one record: where it stands, or null where nothing was to stand in its place. */
export type Placed = Position | null;

/**
 * Sends records, of which none stops the others: one that is above the topic's limit is replaced, or left out. Where one is, records
 * are sent once more, one by one; some of the others may then stand there twice.
 * @param instead what stands in place of a record that is too large; null: nothing
 * @throws RecordTooLarge where the replacement is too large as well
 */
export async function sendOrReplace(
  log: Pick<RecordLog, 'send'>,
  topic: string,
  records: readonly NewRecord[],
  instead: (record: NewRecord, error: RecordTooLarge) => NewRecord | null,
): Promise<readonly Placed[]> {
  if (records.length === 0) return [];
  try {
    return await log.send(topic, records);
  } catch (error) {
    if (!(error instanceof RecordTooLarge)) throw error;
  }
  const placed: Placed[] = [];
  for (const record of records) placed.push(await sendOne(log, topic, record, instead));
  return placed;
}

async function sendOne(
  log: Pick<RecordLog, 'send'>,
  topic: string,
  record: NewRecord,
  instead: (record: NewRecord, error: RecordTooLarge) => NewRecord | null,
): Promise<Placed> {
  try {
    return (await log.send(topic, [record]))[0] ?? null;
  } catch (error) {
    if (!(error instanceof RecordTooLarge)) throw error;
    const other = instead(record, error);
    return other === null ? null : ((await log.send(topic, [other]))[0] ?? null);
  }
}
