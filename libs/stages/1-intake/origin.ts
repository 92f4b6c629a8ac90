import { headers } from '@weir/contracts';
import type { LogRecord } from '@weir/platform/record-log';

const { origin: originHeader, late: lateHeader } = headers;

/** Origins are written by Weir alone; a header that does not look like one is some publisher's and is not believed. */
const originShape = /^[\w.:-]{1,249}(?:\/[\w.:-]{1,100}){1,2}$/;

/** Where a record was first seen: what it brings along (it was moved), else the place where it was read. */
export function originOf(record: Pick<LogRecord, 'headers'>, place: string): string {
  const brought = record.headers[originHeader];
  return brought !== undefined && originShape.test(brought) ? brought : place;
}

/** Position of a record as an origin. */
export const placeInLog = (topic: string, partition: number, offset: number): string =>
  `${topic}/${partition}/${offset}`;

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
