import type { KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../record-log';
import { FetchedRecord } from './fetched-record';

/** A record as kafkajs gives it, in the port's form. */
export function toRecord(message: KafkaMessage): LogRecord {
  // Mostly it is one already: kafkajs hands on what `fetch-response.ts` reads.
  const fetched: unknown = message;
  if (fetched instanceof FetchedRecord) return fetched;
  const { offset, key, value, headers, timestamp } = message;
  return { offset: Number(offset), key, value, headers: headersOf(headers), timestamp: Number(timestamp) };
}

/** Headers as text; of a name that comes several times the last one counts, one without a value is left out. */
function headersOf(headers: KafkaMessage['headers'] = {}): Readonly<Record<string, string>> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last: Buffer | string | null | undefined = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined && last !== null) plain[name] = last.toString();
  }
  return plain;
}
