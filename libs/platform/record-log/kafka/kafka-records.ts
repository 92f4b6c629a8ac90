import type { KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../record-log';

/** A record as kafkajs gives it, in the port's form. */
export function toRecord({ offset, key, value, headers, timestamp }: KafkaMessage): LogRecord {
  return { offset: Number(offset), key, value, headers: headersOf(headers), timestamp: Number(timestamp) };
}

/** Most records have none. */
const none: Readonly<Record<string, string>> = Object.freeze({});

/** Headers as text; of a name that comes several times the last one counts. */
function headersOf(headers: KafkaMessage['headers'] = {}): Readonly<Record<string, string>> {
  let plain: Record<string, string> | null = null;
  for (const name in headers) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) (plain ??= {})[name] = last.toString();
  }
  return plain ?? none;
}
