import type { Batch } from '@weir/platform/record-log';

/** Most records that are read at once. */
const mostRecords = 200;

/**
 * A batch in pieces. Facts are of no use once they are measured: of a large batch that is read at once, the garbage collector copies
 * thousands several times over, which takes as long as measuring them.
 */
export function* piecesOf({ topic, partition, records, high }: Batch): Generator<Batch> {
  for (let from = 0; from < records.length; from += mostRecords)
    yield { topic, partition, records: records.slice(from, from + mostRecords), high };
}
