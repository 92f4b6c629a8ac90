import type { Batch, LogRecord } from '@weir/platform/record-log';
import { piecesOf } from './pieces';

const recordOf = (offset: number): LogRecord => ({ offset, key: null, value: null, headers: {}, timestamp: 0 });
const batchOf = (length: number): Batch => ({
  topic: 't',
  partition: 3,
  high: 9_000,
  records: Array.from({ length }, (_, offset) => recordOf(offset)),
});

it.each([0, 1, 200, 201, 1_000, 1_001])(
  'gives each of %i records once, in their order, as parts of the batch',
  (length) => {
    const batch = batchOf(length);
    const pieces = [...piecesOf(batch)];
    expect(pieces.flatMap(({ records }) => records)).toEqual(batch.records);
    for (const { records, ...rest } of pieces) {
      expect(records.length).toBeLessThanOrEqual(200);
      expect(rest).toEqual({ topic: 't', partition: 3, high: 9_000 });
    }
  },
);
