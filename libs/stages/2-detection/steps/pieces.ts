import type { Batch } from '@weir/platform/record-log';

/** Most records that are read at once. */
const mostRecords = 200;

/**
 * A batch in pieces. Facts are of no use once they are measured: of a large batch that is read at once, the garbage collector copies
 * thousands several times over, which takes as long as measuring them.
 */
export function* piecesOf(batch: Batch): Generator<Batch> {
  const { records } = batch;
  if (records.length <= mostRecords) {
    yield batch;
    return;
  }
  for (let from = 0; from < records.length; from += mostRecords)
    yield { ...batch, records: records.slice(from, from + mostRecords) };
}
