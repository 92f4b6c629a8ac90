import { headers, type SourceReport } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import type { NewRecord } from '@weir/platform/record-log';

/** A fact that was accepted, and how far its source partition had read by then. */
export interface KeyedAnew {
  readonly fact: Fact;
  readonly late: boolean;
  readonly partition: number;
  readonly offset: number;
}

/**
 * A fact as records of re-keyed topics, by lane: one for each lane in which it has a key. The record log places them by
 * the key, as Kafka's own clients do.
 */
export function keyedRecords(
  { fact, late, partition, offset }: KeyedAnew,
  keysOf: ReadonlyMap<string, (fact: Fact) => string | null>,
): readonly (readonly [lane: string, record: NewRecord])[] {
  const records: [string, NewRecord][] = [];
  let value: Buffer | null = null;
  for (const [lane, keyOf] of keysOf) {
    const key = keyOf(fact);
    if (key === null) continue;
    value ??= Buffer.from(JSON.stringify(fact), 'utf8');
    records.push([
      lane,
      {
        key: Buffer.from(key, 'utf8'),
        value,
        headers: { [headers.source]: `${partition}/${offset}`, [headers.late]: late ? '1' : '0' },
      },
    ]);
  }
  return records;
}

/**
 * A source's report for one partition of a re-keyed topic.
 * @param writtenFor identity of the topic that was handed what the source held
 */
export function reportRecord(report: SourceReport, partition: number, writtenFor: string): NewRecord {
  return {
    key: null,
    partition,
    value: Buffer.from(JSON.stringify(report), 'utf8'),
    headers: { [headers.writtenFor]: writtenFor },
  };
}
