import { maxDepth, type FactMessage, type factSchema } from '@weir/contracts';
import type { Json } from '@weir/domain';
import { isComplete, type ReadMessage } from '../steps/shape';
import { beforeFirst, plainFields, type PlainField } from './plain-field';
import { afterValue, putMember, readMembers, readValue } from './plain-json';
import { byteAt, endOfText, pastSpace, pastToken, take, textUpTo } from './scan';
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
let attributes: Record<string, Json> | undefined;
let others: Record<string, Json> | undefined;
let seen = 0;
/** The field read last. */
let last = beforeFirst;

/** Reads a message; undefined where it does not surely hold to the contract: it must then be read in full. */
export function readPlainMessage(bytes: Uint8Array): ReadMessage | undefined {
  if (!take(bytes)) return undefined;
  for (let i = 0; i < texts.length; i++) texts[i] = undefined;
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
  if (!isWhole || (seen & required) !== required) return undefined;
  const message = messageRead();
  return isComplete(message) ? { message, others } : undefined;
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
  const text = end === 0 ? undefined : textUpTo(at, end, field.repeats);
  if (text === undefined || text.length < field.shortest || text.length > field.longest) return 0;
  texts[field.index] = text;
  return end + 1;
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

function messageRead(): FactMessage {
  return {
    source: texts[index.source],
    // The three that are required were seen, and the words are those of the schema.
    id: texts[index.id] as string,
    kind: texts[index.kind] as FactMessage['kind'],
    occurredAt: texts[index.occurredAt] as string,
    accountId: texts[index.accountId],
    customerId: texts[index.customerId],
    counterpartyId: texts[index.counterpartyId],
    direction: texts[index.direction] as FactMessage['direction'],
    type: texts[index.type],
    channel: texts[index.channel],
    amount: texts[index.amount],
    currency: texts[index.currency],
    branchId: texts[index.branchId],
    tellerId: texts[index.tellerId],
    deviceId: texts[index.deviceId],
    attributes,
  } satisfies Record<keyof typeof index, unknown>;
}
