import { isUtf8 } from 'node:buffer';
import { Flaw } from './flaw';
import type { Step } from './path';

/** A record as bytes and as text. */
export interface TextRecord {
  readonly bytes: Buffer;
  readonly text: string;
}

/** Refuses bytes that are not UTF-8: replacing them would change what upstream wrote. */
export const asText: Step<Buffer, TextRecord> = (bytes) => {
  if (!isUtf8(bytes)) {
    return new Flaw('invalid-encoding', 'The record is not UTF-8; write JSON in UTF-8 (RFC 8259, section 8.1).');
  }
  return { bytes, text: bytes.toString('utf8') };
};
