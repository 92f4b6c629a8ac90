/** Where the input of a dead letter came from, told from its origin. */
export type LetterSource =
  | { readonly kind: 'log'; readonly topic: string; readonly partition: number; readonly offset: number }
  /** A fact of a request's body, or the whole body where its facts could not be told apart. */
  | { readonly kind: 'http'; readonly request: string; readonly index: number }
  | { readonly kind: 'file'; readonly line: number }
  | { readonly kind: 'unknown' };

/** Reads the origin of a dead letter. A topic must not be called `http` or `file` to be told apart. */
export function sourceOf(origin: string): LetterSource {
  const http = /^http\/([^/]+)\/(\d{1,15})$/.exec(origin);
  if (http !== null) return { kind: 'http', request: http[1] ?? '', index: Number(http[2]) };
  const file = /^file\/(\d{1,15})$/.exec(origin);
  if (file !== null) return { kind: 'file', line: Number(file[1]) };
  const log = /^([\w.-]{1,249})\/(\d{1,9})\/(\d{1,15})$/.exec(origin);
  if (log === null) return { kind: 'unknown' };
  return { kind: 'log', topic: log[1] ?? '', partition: Number(log[2]), offset: Number(log[3]) };
}
