import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { csvMapSchema, type CsvMap } from './csv-map.schema';

/** One thing wrong with a mapping file. */
export interface CsvMapMistake {
  /** From 1; of the nearest thing that has a place. */
  readonly line: number;
  /** E.g. `fields.amount.decimal`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A mapping file that cannot be used, with all that is wrong with it. */
export class CsvMapError extends Error {
  readonly code = 'csv-map';

  constructor(
    readonly file: string,
    readonly mistakes: readonly CsvMapMistake[],
  ) {
    super(
      mistakes
        .map(({ line, path, message }) => `${file}:${line}: ${path === '' ? '' : `${path} `}${message}`)
        .join('\n'),
    );
    this.name = 'CsvMapError';
  }
}

/**
 * Reads a mapping file (YAML or JSON).
 * @param file its name, for messages
 * @throws CsvMapError
 */
export function readCsvMap(text: string, file: string): CsvMap {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new CsvMapError(
      file,
      document.errors.map(({ message, pos }) => ({
        line: lines.linePos(pos[0]).line,
        path: '',
        message: message.split('\n', 1)[0] ?? message,
      })),
    );
  }
  const parsed = csvMapSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new CsvMapError(
    file,
    parsed.error.issues.flatMap((issue) => mistakesOf(issue, document, lines)),
  );
}

function mistakesOf(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): CsvMapMistake[] {
  const nested = nearestOfUnion(issue);
  if (nested.length > 0) return nested.flatMap((inner) => mistakesOf(inner, document, lines));
  const at = { line: lineOf(issue.path, document, lines), path: issue.path.join('.') };
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...at, message: `has "${key}", which is no setting` }));
  }
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    return [{ ...at, message: first?.message ?? issue.message }];
  }
  return [{ ...at, message: issue.message }];
}

/** Of a union that fits in no form, what is wrong with the form that comes nearest; nothing where none comes near. */
function nearestOfUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [];
  const isOtherKind = ({ path, code }: z.core.$ZodIssue): boolean =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  const [nearest = []] = issue.errors
    .filter((form) => form.length > 0 && !form.some(isOtherKind))
    .sort((a, b) => a.length - b.length);
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function lineOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): number {
  for (let length = path.length; length >= 0; length--) {
    const keys = path.slice(0, length);
    const parent: unknown = length === 0 ? document.contents : document.getIn(keys.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === String(keys.at(-1))) : undefined;
    const node = pair?.key ?? (length === 0 ? undefined : document.getIn(keys, true));
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range)) return lines.linePos(Number(range[0])).line;
  }
  return 1;
}
