import { factSchema } from '@weir/contracts';
import { fieldRules, type FieldRule } from './field-rules';
import { tokenOf, type Token } from './token';

/** A text that a field may have, and the bytes that stand for it after the opening quote. */
interface Word {
  readonly text: string;
  readonly token: Token;
}

/** Fields whose texts no two messages share. */
const unique: ReadonlySet<string> = new Set(['id', 'occurredAt']);

/** A field that the contract names, as it is looked for in a message. */
export class PlainField {
  /** Position among the fields, and the bit that says it was seen. */
  readonly index: number;
  readonly bit: number;
  /** What stands before its value where nothing is written that need not be: `"name":"`, or `"name":{`. */
  readonly opening: Token;
  readonly required: boolean;
  readonly nullable: boolean;
  readonly isObject: boolean;
  /** In UTF-16 units. */
  readonly shortest: number;
  readonly longest: number;
  readonly words: readonly Word[] | null;
  /** Whether other messages are likely to have the same text. */
  readonly repeats: boolean;
  /** The field that followed it the last time: a system writes its fields in one order. */
  next: PlainField | undefined;

  constructor(name: string, index: number, rule: FieldRule) {
    this.index = index;
    this.bit = 1 << index;
    this.opening = tokenOf(rule.isObject ? `"${name}":{` : `"${name}":"`);
    this.required = rule.required;
    this.nullable = rule.nullable;
    this.isObject = rule.isObject;
    this.shortest = rule.shortest;
    this.longest = rule.longest;
    this.words = rule.words?.map((text) => ({ text, token: tokenOf(`${text}"`) })) ?? null;
    this.repeats = !unique.has(name);
    this.next = undefined;
  }
}

const rules = fieldRules(factSchema);
if (rules.size > 31) throw new RangeError(`The contract names ${rules.size} fields; 31 bits tell which were seen.`);

/** The fields that the contract names, by their names. */
export const plainFields: ReadonlyMap<string, PlainField> = new Map(
  [...rules].map(([name, rule], index) => [name, new PlainField(name, index, rule)]),
);

/** Stands before the first field of every message. */
export const beforeFirst = new PlainField('', 0, {
  required: false,
  nullable: false,
  shortest: 0,
  longest: 0,
  words: null,
  isObject: false,
});
