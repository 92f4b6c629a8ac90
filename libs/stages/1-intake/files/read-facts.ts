import { maxFactBytes } from '@weir/contracts';
import type { CsvMap } from '../csv/csv-map.schema';
import { rowMapper, type MapRow } from '../csv/map-row';
import { rowParser } from '../csv/parse-rows';
import { QuotedLineEnds } from '../csv/quoted-line-ends';
import { Flaw } from '../steps/flaw';
import { tooLarge } from '../steps/size';
import { decompressed, FactFileError } from './decompress';
import { everyLine, splitRecords, type Oversized, type RawRecord } from './split-records';

/** One fact of a file, not yet read. */
export interface FactLine {
  /** Where it begins, from 1. */
  readonly line: number;
  /** The JSON of the fact, as it stands in the file or as the mapping made it; empty where there is a flaw. */
  readonly value: Buffer;
  /** The bytes of the file, or the first 64 KiB of them where there are too many. */
  readonly original: Buffer;
  /** Why there is no JSON to be read. */
  readonly flaw?: Flaw;
  /** Set where `original` is not all. */
  readonly oversized?: Oversized;
}

/** How a file of facts is written; either may be packed with gzip. */
export type FactFileFormat = { readonly format: 'jsonl' } | { readonly format: 'csv'; readonly map: CsvMap };

/**
 * Reads a file of facts, some lines at a time, in memory bounded by the largest record. Blank lines are no facts.
 * @throws FactFileError where the file cannot be read on; what went before has been given
 */
export async function* readFacts(
  chunks: AsyncIterable<Buffer>,
  file: FactFileFormat,
  limit = maxFactBytes,
): AsyncGenerator<FactLine[]> {
  const lines = file.format === 'csv' ? rowsToFacts(chunks, file.map, limit) : linesToFacts(chunks, limit);
  for await (const some of lines) if (some.length > 0) yield some;
}

async function* linesToFacts(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<FactLine[]> {
  for await (const records of splitRecords(decompressed(chunks), limit)) {
    yield records.filter(holdsSomething).map((record) => oversizedLine(record, limit) ?? asItStands(record));
  }
}

async function* rowsToFacts(chunks: AsyncIterable<Buffer>, map: CsvMap, limit: number): AsyncGenerator<FactLine[]> {
  const parse = rowParser(map);
  const ends =
    map.lineBreaksInQuotes && map.quote !== null
      ? new QuotedLineEnds(map.quote.charCodeAt(0), map.delimiter.charCodeAt(0))
      : everyLine;
  let mapRow: MapRow | undefined = map.columns && rowMapper(map, map.columns);
  let row = 0;
  for await (const records of splitRecords(decompressed(chunks), limit, ends)) {
    let rows = records.filter((record) => record.line > map.skipLines && holdsSomething(record));
    if (mapRow === undefined) {
      const [header] = rows;
      if (header === undefined) continue;
      mapRow = rowMapper(map, columnsOf(header, parse([header.bytes])[0]));
      rows = rows.slice(1);
    }
    const cells = parse(rows.map(({ bytes, oversized }) => (oversized === undefined ? bytes : Buffer.alloc(0))));
    const mapped: FactLine[] = [];
    for (const [i, record] of rows.entries()) {
      row++;
      mapped.push(oversizedLine(record, limit) ?? rowLine(record, cells[i], mapRow, row));
    }
    yield mapped;
  }
  if (mapRow === undefined) throw new FactFileError('csv-header', 'The CSV file is empty: it has not even a header.');
}

function rowLine(
  { line, bytes }: RawRecord,
  cells: readonly string[] | Flaw | undefined,
  mapRow: MapRow,
  row: number,
): FactLine {
  const value = cells === undefined || cells instanceof Flaw ? cells : mapRow(cells, row);
  if (value === undefined) throw new Error(`The row at line ${line} was not read.`);
  return value instanceof Flaw
    ? { line, value: Buffer.alloc(0), original: bytes, flaw: value }
    : { line, value, original: bytes };
}

function columnsOf({ line }: RawRecord, header: readonly string[] | Flaw | undefined): string[] {
  if (header === undefined || header instanceof Flaw) {
    throw new FactFileError('csv-header', `The header at line ${line} cannot be read. ${header?.message ?? ''}`);
  }
  return header.map((name) => name.trim());
}

const asItStands = ({ line, bytes }: RawRecord): FactLine => ({ line, value: bytes, original: bytes });

function oversizedLine({ line, bytes, oversized }: RawRecord, limit: number): FactLine | undefined {
  if (oversized === undefined) return undefined;
  const flaw = tooLarge(oversized.length, limit);
  return { line, value: Buffer.alloc(0), original: bytes, flaw, oversized };
}

const holdsSomething = ({ bytes }: RawRecord): boolean =>
  bytes.some((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0d);
