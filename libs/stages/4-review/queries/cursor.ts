import { Problem } from '@weir/platform/http';
import type { z } from 'zod';

/** Longest cursor that is read. */
export const maxCursorLength = 1_000;

/** Where a page ended, as an opaque text. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');
}

/**
 * Where the page before ended.
 * @throws Problem 400 `invalid-cursor` for anything that `encodeCursor` did not make of such a place
 */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(jsonOf(cursor));
  if (result.success) return result.data;
  throw new Problem(
    400,
    'invalid-cursor',
    'Invalid cursor',
    'The cursor is none that this request could go on from. Take "next" of the page before as it is, with the same ' +
      'sort and order, or leave the cursor out to begin anew.',
  );
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
