import type { RefusalReason } from '@weir/contracts';

const longestMessage = 1_000;

/** Why one piece of input is refused: a value that steps return, never thrown. */
export class Flaw {
  readonly message: string;

  /** @param message what is wrong, where, and how to mend it; made printable and cut at 1,000 characters */
  constructor(
    readonly reason: RefusalReason,
    message: string,
  ) {
    this.message = printable(message, longestMessage);
  }
}

/** Text that any log, header or terminal takes: control characters and lone surrogates written as escapes, cut at `longest`. */
export function printable(text: string, longest: number): string {
  const escaped = text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (escaped.length <= longest) return escaped;
  const end = longest - 1;
  const splitsPair = /[\ud800-\udbff]/.test(escaped.charAt(end - 1));
  return `${escaped.slice(0, splitsPair ? end - 1 : end)}…`;
}

/** A value from upstream as a message quotes it: JSON, short. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return `"${printable(value, 40)}"`;
  return printable(JSON.stringify(value) ?? 'undefined', 40);
}

/** Where in the JSON something stands: `attributes.list[2].name`. */
export function placeOf(path: readonly (string | number | symbol)[]): string {
  const text = path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
  return `"${printable(text, 120)}"`;
}
