import FetchRequest from 'kafkajs/src/protocol/requests/fetch';
import { OldMessageFormat, readInt64, readRecordBatches } from './record-batches';
import type { FetchedRecord } from './fetched-record';

/** The newest version of Fetch that kafkajs knows, and what brokers from 2.3 on are asked with. */
const version = 11;

/**
 * Has kafkajs give records as `FetchedRecord`s. Its own decoder makes several objects, texts and big integers of each, which costs
 * four times as much; it still reads what brokers and topics from before Kafka 2.3 and 0.11 give.
 */
export function readFetchesLazily(): void {
  const { protocol } = FetchRequest;
  FetchRequest.protocol = (asked) => {
    const exchangeOf = protocol(asked);
    if (asked.version !== version) return exchangeOf;
    return (request) => {
      const { response, ...rest } = exchangeOf(request);
      return { ...rest, response: { ...response, decode: (raw) => decode(raw, response.decode) } };
    };
  };
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedRecord[];
}

async function decode(raw: Buffer, otherwise: (raw: Buffer) => Promise<object>): Promise<object> {
  try {
    return await readResponse(new ResponseReader(raw));
  } catch (error) {
    if (error instanceof OldMessageFormat) return otherwise(raw);
    throw error;
  }
}

/** Fetch response, version 11 (https://kafka.apache.org/protocol#The_Messages_Fetch), in the form that kafkajs gives it. */
async function readResponse(reader: ResponseReader): Promise<object> {
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  const sessionId = reader.int32();
  const responses = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topicName = reader.text();
    const partitions: FetchedPartition[] = [];
    for (let left = reader.int32(); left > 0; left--) partitions.push(await readPartition(reader));
    responses.push({ topicName, partitions });
  }
  // The broker leaves it to the client to wait, so it has not throttled by itself.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function readPartition(reader: ResponseReader): Promise<FetchedPartition> {
  const head = {
    partition: reader.int32(),
    errorCode: reader.int16(),
    highWatermark: String(reader.int64()),
    lastStableOffset: String(reader.int64()),
    lastStartOffset: String(reader.int64()),
    abortedTransactions: readAborted(reader),
    preferredReadReplica: reader.int32(),
  };
  return { ...head, messages: await readRecordBatches(reader.bytes()) };
}

function readAborted(reader: ResponseReader): FetchedPartition['abortedTransactions'] {
  const aborted = [];
  for (let left = reader.int32(); left > 0; left--) {
    aborted.push({ producerId: reader.bigInt64().toString(), firstOffset: String(reader.int64()) });
  }
  return aborted;
}

class ResponseReader {
  private at = 0;
  constructor(private readonly raw: Buffer) {}

  int16(): number {
    this.at += 2;
    return this.raw.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.raw.readInt32BE(this.at - 4);
  }

  int64(): number {
    this.at += 8;
    return readInt64(this.raw, this.at - 8);
  }

  bigInt64(): bigint {
    this.at += 8;
    return this.raw.readBigInt64BE(this.at - 8);
  }

  text(): string {
    const length = this.int16();
    this.at += length;
    return this.raw.toString('utf8', this.at - length, this.at);
  }

  /** A length and as many bytes; a negative length counts as none. */
  bytes(): Buffer {
    const length = Math.max(0, this.int32());
    this.at += length;
    return this.raw.subarray(this.at - length, this.at);
  }
}
