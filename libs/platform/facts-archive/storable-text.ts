import type { ArchivedFact } from './facts-archive';

/** A fact that the archive could not give back as it is; intake refuses such facts. */
export class UnstorableFact extends TypeError {
  readonly code = 'unstorable-fact';
  constructor(
    readonly source: string,
    readonly id: string,
    what: string,
  ) {
    super(`The fact ${JSON.stringify(id)} of ${JSON.stringify(source)} cannot be archived: ${what}.`);
    this.name = 'UnstorableFact';
  }
}

/**
 * PostgreSQL's text holds every character but U+0000. That one is stored as U+0001 U+0001, and U+0001 itself as U+0001
 * U+0002: nothing else changes, no two texts become one, and the order by bytes stays.
 */
export function toStored(text: string): string {
  // The test is far cheaper than the replacement, and almost never true.
  return /[\0\x01]/.test(text)
    ? text.replace(/[\0\x01]/g, (character) => (character === '\0' ? '\x01\x01' : '\x01\x02'))
    : text;
}

/** The text that `toStored` was given. */
export function fromStored(text: string): string {
  if (!text.includes('\x01')) return text;
  return text.replace(/\x01([\x01\x02])/g, (_, second: string) => (second === '\x01' ? '\0' : '\x01'));
}

/** Years 0000 to 9999: what a day's name can say. */
const FIRST = Date.parse('0000-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** @throws UnstorableFact */
export function checkStorable(fact: ArchivedFact): void {
  const { source, id, homeKey, topic, canonical, occurredAt, hash } = fact;
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new UnstorableFact(source, id, `its hash ${JSON.stringify(hash)} is no SHA-256 in lower-case hex`);
  if (!Number.isSafeInteger(occurredAt) || occurredAt < FIRST || occurredAt > LAST)
    throw new UnstorableFact(source, id, `its time ${occurredAt} is no millisecond of the years 0 to 9999`);
  for (const text of [source, id, homeKey, topic, canonical])
    // On its way to UTF-8 half a surrogate pair would turn into U+FFFD, and two names into one.
    if (/\p{Surrogate}/u.test(text))
      throw new UnstorableFact(source, id, 'it holds half a surrogate pair, which is no Unicode text');
}
