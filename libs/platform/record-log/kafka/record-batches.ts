import { lookupCodecByAttributes } from 'kafkajs/src/protocol/message/compression';
import { FetchedRecord, VarintReader, type BatchContext } from './fetched-record';

/** Where the fields of a record batch stand (https://kafka.apache.org/documentation/#recordbatch), in bytes from its beginning. */
const place = {
  length: 8,
  magic: 16,
  attributes: 21,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  recordCount: 57,
  records: 61,
} as const;
/** The length counts what follows it. */
const uncounted = 12;
const isLogAppendTime = 0x08;
const isInTransaction = 0x10;
const isControl = 0x20;
const currentMagic = 2;

/** Records were written in a format of before Kafka 0.11. */
export class OldMessageFormat extends Error {
  readonly code = 'old-message-format';
  constructor(magic: number) {
    super(`Records have the message format ${magic}, older than ${currentMagic}.`);
    this.name = 'OldMessageFormat';
  }
}

/**
 * The records of a partition as a broker gives them: whole batches, and mostly a part of one more, which is left for the next fetch.
 * @throws OldMessageFormat
 */
export async function readRecordBatches(bytes: Buffer): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  for (let at = 0; bytes.length - at > place.magic;) {
    const magic = bytes.readInt8(at + place.magic);
    if (magic !== currentMagic) throw new OldMessageFormat(magic);
    const end = at + uncounted + bytes.readInt32BE(at + place.length);
    if (end > bytes.length) break;
    await readBatch(bytes.subarray(at, end), records);
    at = end;
  }
  return records;
}

async function readBatch(bytes: Buffer, into: FetchedRecord[]): Promise<void> {
  const attributes = bytes.readInt16BE(place.attributes);
  const count = bytes.readInt32BE(place.recordCount);
  if (count <= 0) return;
  const inTransaction = (attributes & isInTransaction) !== 0;
  const batch = {
    firstOffset: readInt64(bytes, 0),
    firstTimestamp: readInt64(bytes, place.firstTimestamp),
    appendedAt: (attributes & isLogAppendTime) === 0 ? null : readInt64(bytes, place.maxTimestamp),
    context: {
      isControl: (attributes & isControl) !== 0,
      inTransaction,
      producerId: inTransaction ? bytes.readBigInt64BE(place.producerId).toString() : '-1',
    },
  };
  const codec = lookupCodecByAttributes(attributes);
  if (codec === null) readRecords(bytes, place.records, count, batch, into);
  else readRecords(await codec.decompress(bytes.subarray(place.records)), 0, count, batch, into);
}

/** What the records of a batch are counted from. */
interface BatchHead {
  readonly firstOffset: number;
  readonly firstTimestamp: number;
  /** When the log took them in, where it says so; else null: they carry the time that their producer gave them. */
  readonly appendedAt: number | null;
  readonly context: BatchContext;
}

function readRecords(bytes: Buffer, from: number, count: number, head: BatchHead, into: FetchedRecord[]): void {
  const { firstOffset, firstTimestamp, appendedAt, context } = head;
  const reader = new VarintReader(bytes, from);
  for (let left = count; left > 0; left--) {
    const length = reader.varint();
    const next = reader.at + length;
    reader.at++; // attributes, of which there are none yet
    const timestamp = firstTimestamp + reader.varlong();
    const offset = firstOffset + reader.varint();
    const keyLength = reader.varint();
    const keyAt = reader.at;
    reader.at += Math.max(0, keyLength);
    const valueLength = reader.varint();
    const valueAt = reader.at;
    const headersAt = valueAt + Math.max(0, valueLength);
    if (next > bytes.length || headersAt >= next) {
      throw new RangeError(`The record at offset ${offset} is not as long as it says.`);
    }
    into.push(
      new FetchedRecord(
        offset,
        appendedAt ?? timestamp,
        context,
        bytes,
        keyAt,
        keyLength,
        valueAt,
        valueLength,
        headersAt,
      ),
    );
    reader.at = next;
  }
}

/** Offsets and times stay far below 2^53. */
export const readInt64 = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
