import type { Json } from '@weir/domain';
import { byteAt, endOfNumber, endOfText, numberUpTo, pastSpace, pastToken, textUpTo } from './scan';
import { tokenOf } from './token';

const quote = 0x22;
const [comma, colon, openList, closeList, openObject, closeObject] = [0x2c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d];
const [letterT, letterF, letterN] = [0x74, 0x66, 0x6e];
const [trueToken, falseToken, nullToken] = [tokenOf('true'), tokenOf('false'), tokenOf('null')];

/** Where what is read goes on. */
let at = 0;

/** The place after the value that was read last. */
export const afterValue = (): number => at;

/**
 * Reads the JSON value that stands next, from `start` on; undefined where it is not surely one that every reader reads
 * alike.
 * @param levelsLeft how many objects and lists may stand in each other
 */
export function readValue(start: number, levelsLeft: number): Json | undefined {
  at = pastSpace(start);
  switch (byteAt(at)) {
    case quote:
      return readText(at + 1);
    case openObject:
      return readMembers(at + 1, levelsLeft);
    case openList:
      return readElements(at + 1, levelsLeft);
    case letterT:
      return passesToken(trueToken) ? true : undefined;
    case letterF:
      return passesToken(falseToken) ? false : undefined;
    case letterN:
      return passesToken(nullToken) ? null : undefined;
    default:
      return readNumber(at);
  }
}

/** Reads the members of the object whose opening brace stands before `start`. */
export function readMembers(start: number, levelsLeft: number): Record<string, Json> | undefined {
  if (levelsLeft === 0) return undefined;
  at = start;
  const object: Record<string, Json> = {};
  if (passes(closeObject)) return object;
  do {
    const name = passes(quote) ? readText(at) : undefined;
    if (name === undefined || !passes(colon) || !putMember(object, name, readValue(at, levelsLeft - 1)))
      return undefined;
  } while (passes(comma));
  return passes(closeObject) ? object : undefined;
}

/** Adds a member that was read; false where it is not surely one that may be added. */
export function putMember(object: Record<string, Json>, name: string, value: Json | undefined): boolean {
  // A name that stands twice, and all that every object inherits: `__proto__` is refused, the others are read in full.
  if (value === undefined || object[name] !== undefined) return false;
  object[name] = value;
  return true;
}

function readElements(start: number, levelsLeft: number): Json[] | undefined {
  if (levelsLeft === 0) return undefined;
  at = start;
  const list: Json[] = [];
  if (passes(closeList)) return list;
  do {
    const element = readValue(at, levelsLeft - 1);
    if (element === undefined) return undefined;
    list.push(element);
  } while (passes(comma));
  return passes(closeList) ? list : undefined;
}

function readText(start: number): string | undefined {
  const end = endOfText(start);
  if (end === 0) return undefined;
  at = end + 1;
  return textUpTo(start, end, true);
}

function readNumber(start: number): number | undefined {
  at = endOfNumber(start);
  return at === 0 ? undefined : numberUpTo(start, at);
}

function passes(byte: number): boolean {
  at = pastSpace(at);
  if (byteAt(at) !== byte) return false;
  at++;
  return true;
}

function passesToken(token: Parameters<typeof pastToken>[0]): boolean {
  at = pastToken(token, at);
  return at !== 0;
}
