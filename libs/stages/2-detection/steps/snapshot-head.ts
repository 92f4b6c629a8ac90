const format = 1;

/** The first part of a partition's snapshot: what stands beside the detector, whose own parts follow. */
export function writeHead(head: object): string {
  return JSON.stringify({ format, ...head });
}

/** Reads what `writeHead` wrote. @throws Error where it is of another format */
export function readHead<Head extends object>(part: Buffer): Head {
  const head = JSON.parse(part.toString('utf8')) as Head & { readonly format?: unknown };
  if (head.format === format) return head;
  throw new Error(
    `The snapshot of a partition was written by another version of Weir. Clear the window state of its topic and start again: ` +
      `it begins anew at the oldest record that the log holds.`,
  );
}

/** The other parts as text, each when it is asked for. */
export function* textsOf(parts: readonly Buffer[]): Generator<string> {
  for (const part of parts) yield part.toString('utf8');
}
