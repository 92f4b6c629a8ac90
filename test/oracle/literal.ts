import { escapeLiteral } from 'pg';

/** A text as SQL. */
export const textLiteral = (value: string): string => `${escapeLiteral(value).trim()}::text`;

/** A decimal of a document as an exact SQL number; a JavaScript number counts by its shortest form. */
export const decimalLiteral = (value: string | number): string => `${escapeLiteral(String(value)).trim()}::numeric`;

/** A JSON value as SQL. */
export const jsonLiteral = (value: string | number | boolean): string =>
  `${escapeLiteral(JSON.stringify(value)).trim()}::jsonb`;
