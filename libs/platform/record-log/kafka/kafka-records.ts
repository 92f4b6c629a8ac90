import type { KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../record-log';

/** A record as kafkajs gives it, in the port's form. */
export function toRecord({ offset, key, value, headers, timestamp }: KafkaMessage): LogRecord {
  return { offset: Number(offset), key, value, headers: headersOf(headers), timestamp: Number(timestamp) };
}

/** Headers as text; of a name that comes several times the last one counts. */
function headersOf(headers: KafkaMessage['headers'] = {}): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) plain[name] = last.toString();
  }
  return plain;
}
