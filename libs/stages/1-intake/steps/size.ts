import { maxFactBytes } from '@weir/contracts';
import { Flaw } from './flaw';
import type { Step } from './path';

/** Refuses a record without content and one over the size limit, before anything reads it. */
export const withinSize: Step<Buffer | null, Buffer> = (value, { settings }) => {
  if (value === null || value.length === 0) {
    return new Flaw('not-json', 'The record is empty; send one complete JSON object.');
  }
  const limit = settings.maxFactBytes ?? maxFactBytes;
  return value.length > limit ? tooLarge(value.length, limit) : value;
};

/** The flaw of input over the size limit, both in bytes. */
export function tooLarge(length: number, limit: number): Flaw {
  return new Flaw(
    'too-large',
    `The input has ${length} bytes; at most ${limit} are read. Send one fact per record, fewer facts per request, and no bulky attributes.`,
  );
}
