import { factFields, type RefusalReason } from '@weir/contracts';

/** Fields that name an account or a card: of these the last four characters are shown, as in the log. */
const accountFields: ReadonlySet<string> = new Set([
  'accountId',
  'counterpartyId',
  'accountNumber',
  'counterpartyAccount',
  'cardId',
  'cardNumber',
  'cardNo',
  'pan',
  'iban',
]);

/** Fields of facts and of hits that say nothing of a person. Everything else that upstream wrote is masked. */
const harmlessFields: ReadonlySet<string> = new Set([
  ...['source', 'id', 'kind', 'occurredAt', 'direction', 'type', 'channel', 'amount', 'currency', 'branchId'],
  ...['hitId', 'status', 'rule', 'version', 'en', 'zh', 'severity', 'field', 'due', 'topic', 'partition', 'offset'],
  ...['step', 'measured', 'limit', 'comparison', 'count', 'from', 'to'],
]);

/** Fields whose value may have many digits without being anybody's number. */
const numberedFields: ReadonlySet<string> = new Set(['id', 'hitId', 'occurredAt', 'from', 'to']);

/** Words and examples that messages of intake quote to show how a value is written. */
const hints: ReadonlySet<string> = new Set(['in', 'out', 'default', '4800.00', '2026-11-22T08:15:30.123+08:00', '']);

/** A quoted text up to a quote that one of the messages' sentences goes on behind: the text may itself hold quotes. */
const closedQuote = /"(.*?)"(?=[;:,.)]|$| (?:is|has|names|lies|stands|or|and|of|[A-Z]{3} is)\b)/gs;

const masked = '***';
const longestShown = 64;
/** Weir's own are shorter; somebody else may have written more. */
const longestMessage = 2_000;

/** An identifier: its last four characters, where it is long enough that these do not give it away. */
export const maskedIdentifier = (text: string): string => (text.length >= 8 ? `${masked}${text.slice(-4)}` : masked);

/** Long numbers in running text as identifiers: accounts, cards, telephones, identity cards. Counts of bytes stay. */
export const withoutLongNumbers = (text: string): string =>
  text.replace(/\d{10,}( bytes)?/g, (found, bytes?: string) => (bytes === undefined ? maskedIdentifier(found) : found));

/**
 * A value as a preview shows it.
 * @param field name of the field that it stands in; null where that cannot be told
 */
export function maskedValue(field: string | null, value: string): string {
  if (field === null) return masked;
  if (accountFields.has(field)) return maskedIdentifier(value);
  // A long value or one with JSON in it may have swallowed the fields behind it: the quote at its end was forgotten.
  const swallowing = value.length > longestShown || (/[{},]/.test(value) && !/^[\d.,' +-]*$/.test(value));
  if (!harmlessFields.has(field) || swallowing) return masked;
  return numberedFields.has(field) ? value : withoutLongNumbers(value);
}

/** The name of a field as a preview shows it: whatever looks like one, so that a misspelt one is seen. */
export const maskedName = (name: string): string => (looksLikeName(name) ? name : masked);

const looksLikeName = (text: string): boolean => /^[A-Za-z_][\w.[\]-]{0,63}$/.test(text) && !/\d{5}/.test(text);

/**
 * The message of a dead letter without what it quotes of the original, but for names of fields. Messages of
 * `conflicting-id` name the fact, by which upstream finds it.
 * @param values `harmless`: with values that a preview shows too; `none`: without any
 */
export function maskedMessage(
  message: string,
  reason: RefusalReason | null,
  values: 'none' | 'harmless' = 'none',
): string {
  const text = message.slice(0, longestMessage);
  const named = reason === 'conflicting-id' ? /^"[^"]{0,256}" of source "[^"]{0,256}"/.exec(text) : null;
  const start = named?.[0] ?? '';
  const rest = text
    .slice(start.length)
    // What Node's JSON parser quotes of the text around a mistake.
    .replace(/,? ?(?:\.{3})?".*"(?:\.{3})? is not valid JSON/s, ', quoted text left out, is not valid JSON')
    .replace(/\b(a (?:number|boolean)) \(.*?\)(?=[;.,]| |$)/g, '$1')
    .replace(closedQuote, (_all, inside: string, at: number, all: string) =>
      isQuotable(inside, all.slice(0, at), start === '')
        ? `"${inside}"`
        : `"${values === 'none' ? masked : maskedValue(fieldBefore(all.slice(0, at)), inside)}"`,
    );
  return start + withoutLongNumbers(rest);
}

/** The field that a message has just named, as in `"amount": ` or `"direction" is `. */
const fieldBefore = (before: string): string | null => /"(\w+)"(?::| is)? $/.exec(before)?.[1] ?? null;

/** Whether what a message quotes is a name of a field, or Weir's own word. */
function isQuotable(inside: string, before: string, fromStart: boolean): boolean {
  if (before.endsWith('expected one of ')) return /^[\w-]+(?:"\|"[\w-]+)*$/.test(inside);
  const [first = ''] = inside.split(/[.[]/, 1);
  if (hints.has(inside) || (factFields.includes(first) && looksLikeName(inside))) return true;
  const namesField = /(?:^|\.)$/.test(before) ? fromStart || before !== '' : /\b(?:field|at|under|for) $/.test(before);
  return namesField && looksLikeName(inside);
}
