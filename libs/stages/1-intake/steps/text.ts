import { Flaw, placeOf } from './flaw';
import type { Step } from './path';
import type { ReadMessage, ShapedRecord } from './shape';

/** A null character, or half of a surrogate pair: neither database nor other systems hold these as text. */
export const unkeepable = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Refuses text, in values and in names at any level, that the systems behind could not keep as it is. */
export const withCleanText: Step<ShapedRecord, ReadMessage> = (record) => {
  // Bytes that are UTF-8 and JSON can hold neither but through an escape.
  if (!record.escaped) return record;
  return findUnclean(record.message, []) ?? record;
};

function findUnclean(value: unknown, place: readonly (string | number)[]): Flaw | undefined {
  if (typeof value === 'string') return unkeepable.test(value) ? unclean('The text at', place) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const at = [...place, name];
    const flaw = unkeepable.test(name) ? unclean('The name of the field', at) : findUnclean(member, at);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

const unclean = (what: string, place: readonly (string | number)[]): Flaw =>
  new Flaw(
    'invalid-text',
    `${what} ${placeOf(place)} has a null character or a lone surrogate; write it without, or as base64.`,
  );
