import { maxDepth, type factSchema } from '@weir/contracts';
import { currencyDecimals, parseAmount, parseInstant, type Fact, type Json } from '@weir/domain';
import { attributesOf, defaultSource } from '../steps/fact';
import { Flaw } from '../steps/flaw';
import type { StepContext } from '../steps/path';
import { beforeFirst, plainFields, type PlainField } from './plain-field';
import { afterValue, putMember, readMembers, readValue } from './plain-json';
import {
  asciiText,
  byteAt,
  endOfText,
  instantUpTo,
  isPlainText,
  pastSpace,
  pastToken,
  take,
  textUpTo,
  unitsUpTo,
} from './scan';
import { tokenOf } from './token';

const [quote, comma, colon, openObject, closeObject, letterN] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x6e];
/** Levels of nesting that are left inside the message itself. */
const levelsInside = maxDepth - 1;
const nullToken = tokenOf('null');

const required = [...plainFields.values()].reduce((bits, { required, bit }) => (required ? bits | bit : bits), 0);
const index = Object.fromEntries([...plainFields].map(([name, { index }]) => [name, index])) as Record<
  keyof typeof factSchema.shape,
  number
>;

/** What was read of the message in hand. */
const texts: (string | undefined)[] = Array.from(plainFields, () => undefined);
/** Event time, where it was read without making a text of it. */
let instant: number | undefined;
/** Where the amount stands that no text was made of; -1: there is none such. */
let amountAt = -1;
let amountEnd = -1;
let attributes: Record<string, Json> | undefined;
let others: Record<string, Json> | undefined;
let seen = 0;
/** The field read last. */
let last = beforeFirst;

/** Reads a fact; undefined where its message does not surely hold to the contract, or would be refused: it must then be read in full. */
export function readPlainFact(bytes: Uint8Array, context: StepContext): Fact | undefined {
  if (!take(bytes)) return undefined;
  for (let i = 0; i < texts.length; i++) texts[i] = undefined;
  instant = undefined;
  amountAt = -1;
  attributes = undefined;
  others = undefined;
  seen = 0;
  last = beforeFirst;
  let at = pastSpace(0);
  if (byteAt(at) !== openObject) return undefined;
  do {
    at++;
    const field = last.next;
    const opened = field === undefined ? 0 : pastToken(field.opening, at);
    at = field === undefined || opened === 0 ? readMember(at) : readOpened(field, opened);
    if (at === 0) return undefined;
    at = pastSpace(at);
  } while (byteAt(at) === comma);
  const isWhole = byteAt(at) === closeObject && pastSpace(at + 1) === bytes.length;
  return isWhole && (seen & required) === required ? factRead(context) : undefined;
}

/** Reads a member that is not the expected one, or not written as expected. Gives the place after it, or 0. */
function readMember(from: number): number {
  const nameAt = pastSpace(from) + 1;
  const nameEnd = byteAt(nameAt - 1) === quote ? endOfText(nameAt) : 0;
  const name = nameEnd === 0 ? undefined : textUpTo(nameAt, nameEnd, true);
  const colonAt = pastSpace(nameEnd + 1);
  if (name === undefined || byteAt(colonAt) !== colon) return 0;
  const field = plainFields.get(name);
  if (field !== undefined) {
    last.next = field;
    return readField(field, pastSpace(colonAt + 1));
  }
  others ??= {};
  return putMember(others, name, readValue(colonAt + 1, levelsInside)) ? afterValue() : 0;
}

/** Reads the value of a field. Gives the place after it, or 0 where the field does not surely take it. */
function readField(field: PlainField, at: number): number {
  if (byteAt(at) === letterN) return field.nullable && isFirst(field) ? pastToken(nullToken, at) : 0;
  return byteAt(at) === (field.isObject ? openObject : quote) ? readOpened(field, at + 1) : 0;
}

/** The same after the opening quote or brace. */
function readOpened(field: PlainField, at: number): number {
  if (!isFirst(field)) return 0;
  if (field.isObject) {
    attributes = readMembers(at, levelsInside);
    return attributes === undefined ? 0 : afterValue();
  }
  if (field.words !== null) return readWord(field.words, field.index, at);
  const end = endOfText(at);
  if (end === 0) return 0;
  if (isReadAsNumber(field, at, end)) return end + 1;
  const text = textUpTo(at, end, field.repeats);
  if (text === undefined || text.length < field.shortest || text.length > field.longest) return 0;
  texts[field.index] = text;
  return end + 1;
}

/** Times and amounts are read from their bytes: a text of each would be looked at once, and thrown away. */
function isReadAsNumber({ index: field, shortest, longest }: PlainField, at: number, end: number): boolean {
  if (field !== index.occurredAt && field !== index.amount) return false;
  if (!isPlainText() || end - at < shortest || end - at > longest) return false;
  if (field === index.occurredAt) {
    instant = instantUpTo(at, end);
    return instant !== undefined;
  }
  // How many decimals it must have is known with its currency.
  amountAt = at;
  amountEnd = end;
  return true;
}

function readWord(words: NonNullable<PlainField['words']>, index: number, at: number): number {
  for (const { text, token } of words) {
    const end = pastToken(token, at);
    if (end !== 0) {
      texts[index] = text;
      return end;
    }
  }
  return 0;
}

function isFirst(field: PlainField): boolean {
  if ((seen & field.bit) !== 0) return false;
  seen |= field.bit;
  last = field;
  return true;
}

function factRead({ settings, arrivedAt }: StepContext): Fact | undefined {
  // The three that are required were seen, and the words are those of the schema.
  const kind = texts[index.kind] as Fact['kind'];
  const accountId = texts[index.accountId];
  const currency = texts[index.currency];
  const occurredAt = instant ?? instantOf(texts[index.occurredAt] as string);
  if (occurredAt === undefined || occurredAt > arrivedAt + settings.maxFutureMs) return undefined;
  const hasAmount = amountAt >= 0 || texts[index.amount] !== undefined;
  const amount = hasAmount ? amountRead(currency) : undefined;
  if (hasAmount && amount === undefined) return undefined;
  if (!hasAmount && currency !== undefined && currencyDecimals(currency) === undefined) return undefined;
  if (kind === 'transaction' && (accountId === undefined || !hasAmount)) return undefined;
  const all = attributesOf(attributes, others);
  if (all instanceof Flaw) return undefined;
  return {
    source: texts[index.source] ?? defaultSource,
    id: texts[index.id] as string,
    kind,
    occurredAt,
    accountId,
    customerId: texts[index.customerId],
    counterpartyId: texts[index.counterpartyId],
    direction: texts[index.direction] as Fact['direction'],
    type: texts[index.type],
    channel: texts[index.channel],
    amount,
    currency,
    branchId: texts[index.branchId],
    tellerId: texts[index.tellerId],
    deviceId: texts[index.deviceId],
    attributes: all,
  } satisfies Record<keyof typeof index, unknown>;
}

function instantOf(text: string): number | undefined {
  const parsed = parseInstant(text);
  return parsed.ok ? parsed.value : undefined;
}

/** The amount in minor units; undefined where it is none of its currency. */
function amountRead(currency: string | undefined): number | undefined {
  const decimals = currency === undefined ? undefined : currencyDecimals(currency);
  if (currency === undefined || decimals === undefined) return undefined;
  const units = amountAt < 0 ? -1 : unitsUpTo(amountAt, amountEnd, decimals);
  if (units >= 0) return units;
  const parsed = parseAmount(texts[index.amount] ?? asciiText(amountAt, amountEnd), currency);
  return parsed.ok ? parsed.value : undefined;
}
