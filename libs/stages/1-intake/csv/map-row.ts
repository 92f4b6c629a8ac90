import { createHash } from 'node:crypto';
import { FactFileError } from '../files/decompress';
import { Flaw } from '../steps/flaw';
import { cellReader, type CellValue } from './cell';
import type { CsvMap, CsvValue } from './csv-map.schema';

/** Makes the JSON of a fact from the cells of a row, the `row`-th of the file, from 1. */
export type MapRow = (cells: readonly string[], row: number) => Buffer | Flaw;

type ReadSource = (cells: readonly string[], row: number) => string;

/**
 * Prepares a mapping for a file with these columns.
 * @throws FactFileError where the file lacks a column that the mapping names, or names one twice
 */
export function rowMapper(map: CsvMap, columns: readonly string[]): MapRow {
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) throw new FactFileError('csv-header', `The CSV file has two columns named "${twice}".`);
  const fields = Object.entries(map.fields).map(([field, value]) => ({
    field,
    source: sourceOf(field, value, columns),
    read: cellReader(field, value),
  }));
  const constants = Object.entries(map.constants);
  return (cells, row) => {
    if (cells.length !== columns.length) {
      return new Flaw('not-csv', `The row has ${cells.length} cells where there are ${columns.length} columns.`);
    }
    const fact = new Draft();
    for (const [field, value] of constants) fact.set(field, value);
    for (const { field, source, read } of fields) {
      const text = source(cells, row);
      const value = text === '' ? undefined : read(text);
      if (value instanceof Flaw) return value;
      fact.set(field, value);
    }
    return fact.toJson();
  };
}

/** The fact as JSON will have it; `attributes.x` goes one level down. */
class Draft {
  private readonly top: Record<string, unknown> = {};
  private attributes: Record<string, CellValue> | undefined;

  set(field: string, value: CellValue): void {
    if (value === undefined) return;
    const [, attribute] = /^attributes\.(.+)$/.exec(field) ?? [];
    if (attribute === undefined) this.top[field] = value;
    else (this.attributes ??= {})[attribute] = value;
  }

  toJson(): Buffer {
    return Buffer.from(JSON.stringify({ ...this.top, attributes: this.attributes }), 'utf8');
  }
}

function sourceOf(field: string, value: CsvValue, columns: readonly string[]): ReadSource {
  const indexOf = (name: string): number => {
    const index = columns.indexOf(name);
    if (index !== -1) return index;
    throw new FactFileError(
      'csv-header',
      `The mapping of "${field}" names the column "${name}", which the CSV file lacks; it has ${columns.map((one) => `"${one}"`).join(', ')}.`,
    );
  };
  if (value.hash !== undefined) return hashOf(value.hash.map(indexOf));
  if (value.template !== undefined) return templateOf(value.template, indexOf);
  const index = indexOf(value.column ?? '');
  return (cells) => cells[index]?.trim() ?? '';
}

/** Equal cells give equal ids: two rows that agree in all of them are one fact, sent twice. */
function hashOf(indexes: readonly number[]): ReadSource {
  return (cells) =>
    createHash('sha256')
      .update(JSON.stringify(indexes.map((index) => cells[index])))
      .digest('hex');
}

function templateOf(template: string, indexOf: (name: string) => number): ReadSource {
  const pieces = template.split(/\{([^{}]+)\}/).map((piece, i): ReadSource => {
    if (i % 2 === 0) return () => piece;
    if (piece === 'row') return (_cells, row) => String(row);
    const index = indexOf(piece);
    return (cells) => cells[index]?.trim() ?? '';
  });
  return (cells, row) =>
    pieces
      .map((piece) => piece(cells, row))
      .join('')
      .trim();
}
