/** A step towards a place in a document: a key of a mapping or an index of a list. */
export type Step = string | number;

/** A place in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong in a rule file, where, and how to mend it. */
export interface RuleMistake extends Position {
  readonly file: string;
  /** Way from the rule to the place, e.g. `when[0].field`; empty where the whole rule or file is meant. */
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** A mistake that is not yet placed in its file. */
export interface Finding {
  readonly path: readonly Step[];
  /** True where the key of the last step is meant, not what stands behind it. */
  readonly atKey?: boolean;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** `['when', 0, 'field']` is `when[0].field`. */
export function formatPath(path: readonly Step[]): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

/** One line: `file:line:column path: message (suggestion)`. */
export function formatMistake({ file, line, column, path, message, suggestion }: RuleMistake): string {
  const place = path === '' ? '' : ` ${path}`;
  const told = suggestion === undefined ? message : `${message.replace(/\.$/, '')} (${suggestion})`;
  return printable(`${file}:${line}:${column}${place}: ${told}`);
}

/** Control characters written as escapes: what a file holds must not steer the terminal it is shown on. */
function printable(text: string): string {
  return text.replace(
    /\p{Cc}|\p{Cs}|[\u2028\u2029]/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
