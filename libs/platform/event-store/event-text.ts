/** Text or a value that the event store could not give back as it was. */
export class UnstorableEvent extends TypeError {
  readonly code = 'unstorable-event';
  constructor(message: string) {
    super(message);
    this.name = 'UnstorableEvent';
  }
}

/** PostgreSQL's text holds no U+0000, and a lone surrogate would turn into U+FFFD on its way there. */
const unstorable = /[\0\p{Surrogate}]/u;

/** @throws UnstorableEvent */
export function checkName(what: 'stream' | 'type' | 'actor', text: string): string {
  if (text === '' || unstorable.test(text))
    throw new UnstorableEvent(
      `The event's ${what} ${JSON.stringify(text)} is empty or holds U+0000 or half a character.`,
    );
  return text;
}

/**
 * The body as JSON text, which is what is stored and what the HMAC covers. In JSON text any string is plain ASCII or
 * well-formed Unicode, U+0000 and lone surrogates being written as escapes.
 * @throws UnstorableEvent for numbers that JSON would turn into null without a word
 */
export function bodyText(body: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(body, (name, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new UnstorableEvent(`The event's body holds ${value} under "${name}", which JSON cannot hold.`);
    return value;
  });
}
