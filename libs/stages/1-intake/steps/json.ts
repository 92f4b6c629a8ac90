import { maxDepth } from '@weir/contracts';
import { findDuplicateName } from '../json/duplicate-name';
import { countStrings } from '../json/string-count';
import { walkStructure } from '../json/structure';
import type { TextRecord } from './encoding';
import { Flaw, placeOf } from './flaw';
import type { Step } from './path';

/** Parsed JSON that every reader reads alike. */
export interface JsonRecord {
  readonly value: unknown;
  /** True where a string was written with an escape: only then can it hold what UTF-8 text cannot. */
  readonly escaped: boolean;
}

/** Parses, and refuses what parses but means different things to different readers. */
export const asJson: Step<TextRecord, JsonRecord> = ({ bytes, text }) => {
  const parsed = parse(text);
  if (parsed instanceof Flaw) return parsed;
  const structure = walkStructure(parsed.value, maxDepth);
  if (structure instanceof Flaw) return structure;
  const { strings, escaped } = countStrings(bytes);
  if (strings !== structure.strings) {
    const place = placeOf(findDuplicateName(text)?.path ?? []);
    return new Flaw('duplicate-key', `The field ${place} is named twice in one object; name it once.`);
  }
  return { value: parsed.value, escaped };
};

function parse(text: string): { readonly value: unknown } | Flaw {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const hint = text.startsWith('\ufeff') ? ' It begins with a byte order mark: leave that out.' : '';
    return new Flaw('not-json', `The record is not JSON: ${error.message}.${hint} Send one complete JSON object.`);
  }
}
