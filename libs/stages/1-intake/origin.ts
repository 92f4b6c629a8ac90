import { headers } from '@weir/contracts';
import type { LogRecord } from '@weir/platform/record-log';

const { origin: originHeader, late: lateHeader } = headers;

/** Origins that Weir writes into the facts topic: a request and the number in it, a line of a file, a place of the topic. */
const fromElsewhere = /^(?:http\/[\w.:-]{1,100}\/\d{1,10}|file\/\d{1,16})$/;
const place = /^\d{1,10}\/\d{1,16}$/;

/**
 * Where a record was first seen: what it brings along (it came over HTTP, from a file, or was moved within the topic), else the place
 * where it was read. A header that says anything else is some publisher's own and is not believed.
 */
export function originOf(
  { headers: given, offset }: Pick<LogRecord, 'headers' | 'offset'>,
  topic: string,
  partition: number,
): string {
  const brought = given[originHeader];
  const believed = brought !== undefined && (fromElsewhere.test(brought) || isPlaceIn(topic, brought));
  return believed ? brought : placeInLog(topic, partition, offset);
}

const isPlaceIn = (topic: string, origin: string): boolean =>
  origin.startsWith(`${topic}/`) && place.test(origin.slice(topic.length + 1));

/** Position of a record as an origin. */
const placeInLog = (topic: string, partition: number, offset: number): string => `${topic}/${partition}/${offset}`;

/**
 * Whether a record that was moved here was late where it came from; null where it was not moved. Believed only of a record
 * that comes from another partition of this very topic: a copy of another topic, or a publisher's own header, says nothing.
 */
export function lateHeaderOf(record: Pick<LogRecord, 'headers'>, topic: string, partition: number): boolean | null {
  const late = record.headers[lateHeader];
  if (late !== '1' && late !== '0') return null;
  const origin = record.headers[originHeader] ?? '';
  const from = origin.startsWith(`${topic}/`) ? /^(\d+)\/\d+$/.exec(origin.slice(topic.length + 1)) : null;
  return from === null || Number(from[1]) === partition ? null : late === '1';
}
