import { isUtf8 } from 'node:buffer';
import { CsvError, parse, type Options } from 'csv-parse/sync';
import { Flaw, printable } from '../steps/flaw';
import type { CsvMap } from './csv-map.schema';

/** The cells of a row, or why it has none. */
export type Row = readonly string[] | Flaw;

/** How a file writes its rows. */
export type Dialect = Pick<CsvMap, 'delimiter' | 'quote' | 'encoding'>;

/** Reads rows given as bytes without their line breaks. One that cannot be read spoils no other. */
export function rowParser({ delimiter, quote, encoding }: Dialect): (rows: readonly Buffer[]) => Row[] {
  const decode = decoder(encoding);
  const options: Options = {
    delimiter,
    quote,
    escape: quote,
    record_delimiter: '\n',
    relax_column_count: true,
    skip_empty_lines: false,
  };
  const parseAlone = (text: string): Row => {
    try {
      const [cells, ...more] = parse(`${text}\n`, options);
      if (cells !== undefined && more.length === 0) return cells;
      return new Flaw('not-csv', 'The row is more than one row; close its quotes.');
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      return new Flaw('not-csv', `The row cannot be read: ${printable(error.message, 300)}. Mend its quotes.`);
    }
  };
  return (rows) => {
    const texts = rows.map(decode);
    const readable = texts.filter((text) => typeof text === 'string');
    const cells = parseTogether(readable, options) ?? readable.map(parseAlone);
    let next = 0;
    return texts.map((text) => (typeof text === 'string' ? (cells[next++] ?? parseAlone(text)) : text));
  };
}

/** One call for many rows is several times faster; undefined where one of them is broken, and nobody knows yet which. */
function parseTogether(texts: readonly string[], options: Options): string[][] | undefined {
  if (texts.length === 0) return [];
  try {
    const cells = parse(`${texts.join('\n')}\n`, options);
    return cells.length === texts.length ? cells : undefined;
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

function decoder(encoding: Dialect['encoding']): (bytes: Buffer) => string | Flaw {
  const flaw = new Flaw('invalid-encoding', `The row is not ${encoding}; name the file's encoding in the mapping.`);
  if (encoding === 'utf-8') return (bytes) => (isUtf8(bytes) ? bytes.toString('utf8') : flaw);
  const text = new TextDecoder(encoding, { fatal: true });
  return (bytes) => {
    try {
      return text.decode(bytes);
    } catch (error) {
      if (isInvalidText(error)) return flaw;
      throw error;
    }
  };
}

const isInvalidText = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
