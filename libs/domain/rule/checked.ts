import { parseDuration } from '../time/duration';
import { parseInstant } from '../time/instant';
import { isZone } from '../time/zone';
import { mistake, type Place } from './rule-error';

/** Reads a duration of a document, ms. @throws RuleError `invalid-duration` */
export function checkedDuration(text: string, place: Place): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw mistake(place, 'invalid-duration', error instanceof RangeError ? error.message : String(error));
  }
}

/** Reads an instant of a document, ms since 1970. @throws RuleError `invalid-time` */
export function checkedInstant(text: string, place: Place): number {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw mistake(place, 'invalid-time', parsed.message);
  return parsed.value;
}

/** @throws RuleError `unknown-zone` */
export function checkedZone(zone: string, place: Place): void {
  if (!isZone(zone)) {
    throw mistake(place, 'unknown-zone', `"${zone}" is no IANA zone; write e.g. Asia/Shanghai.`);
  }
}
