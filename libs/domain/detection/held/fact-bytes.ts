import type { Fact, Json } from '../../fact/fact';
import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';
import { TextCodes } from './text-codes';

/** What the two bytes at the head of a fact say: what it is, and which fields follow. */
const has = {
  operation: 1 << 0,
  late: 1 << 1,
  source: 1 << 2,
  directionIn: 1 << 3,
  directionOut: 1 << 4,
  amount: 1 << 5,
  currency: 1 << 6,
  accountId: 1 << 7,
  customerId: 1 << 8,
  counterpartyId: 1 << 9,
  type: 1 << 10,
  channel: 1 << 11,
  branchId: 1 << 12,
  tellerId: 1 << 13,
  deviceId: 1 << 14,
  attributes: 1 << 15,
} as const;

/** The source that is not written. */
const usualSource = 'default';
const tag = { null: 0, false: 1, true: 2, number: 3, text: 4, list: 5, object: 6 } as const;

/** Texts that stand as numbers, table by table, in the order of their numbers. */
export type SharedTexts = readonly (readonly string[])[];

/** What evidence shows of a fact. */
export type NamedFact = Pick<Fact, 'source' | 'id' | 'occurredAt' | 'amount' | 'currency'>;

/**
 * Writes facts as bytes, about a quarter of what they take as objects, and reads them again. Facts that were written by one of these can
 * only be read by the same, or by one that knows its texts: those that many facts share stand as numbers.
 */
export class FactBytes {
  private readonly writer = new ByteWriter();
  private readonly reader = new ByteReader();
  private readonly sources: TextCodes;
  private readonly types: TextCodes;
  private readonly channels: TextCodes;
  private readonly currencies: TextCodes;
  private readonly branches: TextCodes;
  private readonly tellers: TextCodes;
  private readonly names: TextCodes;
  private readonly values: TextCodes;

  /** @param texts of the one that wrote what is to be read here */
  constructor(texts: SharedTexts = []) {
    const table = (index: number): TextCodes => new TextCodes([...(texts[index] ?? [])]);
    this.sources = table(0);
    this.types = table(1);
    this.channels = table(2);
    this.currencies = table(3);
    this.branches = table(4);
    this.tellers = table(5);
    this.names = table(6);
    this.values = table(7);
  }

  /** The texts that stand as numbers by now: with them another one reads what was written here. */
  get texts(): SharedTexts {
    return this.tables().map(({ all }) => all);
  }

  /** How many these are. */
  get textCount(): number {
    return this.tables().reduce((count, { size }) => count + size, 0);
  }

  /** Writes a fact into `bytes` from `at` on; gives the end, which lies beyond the bytes where it did not fit. */
  write(fact: Fact, late: boolean, bytes: Uint8Array, at: number): number {
    const { writer } = this;
    writer.begin(bytes, at);
    const bits = bitsOf(fact, late);
    writer.byte(bits & 0xff);
    writer.byte(bits >>> 8);
    writer.double(fact.occurredAt);
    // 1. What names it and what evidence shows: they are read alone.
    if ((bits & has.source) !== 0) writer.text(fact.source, this.sources);
    writer.text(fact.id, null);
    if (fact.amount !== undefined) writer.number(fact.amount);
    if (fact.currency !== undefined) writer.text(fact.currency, this.currencies);
    // 2. All else.
    if (fact.accountId !== undefined) writer.text(fact.accountId, null);
    if (fact.customerId !== undefined) writer.text(fact.customerId, null);
    if (fact.counterpartyId !== undefined) writer.text(fact.counterpartyId, null);
    if (fact.type !== undefined) writer.text(fact.type, this.types);
    if (fact.channel !== undefined) writer.text(fact.channel, this.channels);
    if (fact.branchId !== undefined) writer.text(fact.branchId, this.branches);
    if (fact.tellerId !== undefined) writer.text(fact.tellerId, this.tellers);
    if (fact.deviceId !== undefined) writer.text(fact.deviceId, null);
    if ((bits & has.attributes) !== 0) this.writeMembers(fact.attributes);
    return writer.end;
  }

  read(bytes: Buffer, at: number): Fact {
    const { reader } = this;
    const bits = this.begin(bytes, at);
    const occurredAt = reader.double();
    const text = (bit: number, codes: TextCodes | null): string | undefined =>
      (bits & bit) === 0 ? undefined : reader.text(codes);
    const source = text(has.source, this.sources) ?? usualSource;
    const id = reader.text(null);
    const amount = (bits & has.amount) === 0 ? undefined : reader.number();
    const currency = text(has.currency, this.currencies);
    const accountId = text(has.accountId, null);
    const customerId = text(has.customerId, null);
    const counterpartyId = text(has.counterpartyId, null);
    const type = text(has.type, this.types);
    const channel = text(has.channel, this.channels);
    const branchId = text(has.branchId, this.branches);
    const tellerId = text(has.tellerId, this.tellers);
    const deviceId = text(has.deviceId, null);
    const attributes = (bits & has.attributes) === 0 ? {} : this.readMembers();
    return {
      source,
      id,
      kind: (bits & has.operation) === 0 ? 'transaction' : 'operation',
      occurredAt,
      accountId,
      customerId,
      counterpartyId,
      direction: (bits & has.directionIn) !== 0 ? 'in' : (bits & has.directionOut) !== 0 ? 'out' : undefined,
      type,
      channel,
      amount,
      currency,
      branchId,
      tellerId,
      deviceId,
      attributes,
    };
  }

  /** The part of a fact that evidence shows. */
  readNamed(bytes: Buffer, at: number): NamedFact {
    const { reader } = this;
    const bits = this.begin(bytes, at);
    const occurredAt = reader.double();
    const source = (bits & has.source) === 0 ? usualSource : reader.text(this.sources);
    const id = reader.text(null);
    const amount = (bits & has.amount) === 0 ? undefined : reader.number();
    const currency = (bits & has.currency) === 0 ? undefined : reader.text(this.currencies);
    return { source, id, occurredAt, amount, currency };
  }

  /** Whether the fact that is written there has this name. */
  isNamed(bytes: Buffer, at: number, { source, id }: Pick<Fact, 'source' | 'id'>): boolean {
    const bits = this.begin(bytes, at);
    this.reader.double();
    const same = (bits & has.source) === 0 ? source === usualSource : this.reader.isText(source, this.sources);
    return same && this.reader.isText(id, null);
  }

  /** Event time (ms) of the fact that is written there. */
  timeOf(bytes: Buffer, at: number): number {
    return bytes.readDoubleLE(at + 2);
  }

  /** Whether the fact that is written there came too late for the windows. */
  isLate(bytes: Buffer, at: number): boolean {
    return ((bytes[at] ?? 0) & has.late) !== 0;
  }

  private tables(): readonly TextCodes[] {
    return [
      this.sources,
      this.types,
      this.channels,
      this.currencies,
      this.branches,
      this.tellers,
      this.names,
      this.values,
    ];
  }

  private begin(bytes: Buffer, at: number): number {
    this.reader.begin(bytes, at);
    return this.reader.byte() | (this.reader.byte() << 8);
  }

  private writeMembers(members: { readonly [name: string]: Json }): void {
    const names = Object.keys(members);
    this.writer.count(names.length);
    for (const name of names) {
      this.writer.text(name, this.names);
      this.writeJson(members[name] ?? null);
    }
  }

  private writeJson(value: Json): void {
    const { writer } = this;
    if (value === null) writer.byte(tag.null);
    else if (typeof value === 'boolean') writer.byte(value ? tag.true : tag.false);
    else if (typeof value === 'number') {
      writer.byte(tag.number);
      writer.number(value);
    } else if (typeof value === 'string') {
      writer.byte(tag.text);
      writer.text(value, value.length > longestSharedValue ? null : this.values);
    } else if (isList(value)) {
      writer.byte(tag.list);
      writer.count(value.length);
      for (const item of value) this.writeJson(item);
    } else {
      writer.byte(tag.object);
      this.writeMembers(value);
    }
  }

  private readMembers(): Record<string, Json> {
    const members: Record<string, Json> = {};
    for (let left = this.reader.count(); left > 0; left--) {
      const name = this.reader.text(this.names);
      const value = this.readJson();
      // Set so, it is a member like any other.
      if (name === '__proto__') Object.defineProperty(members, name, { value, ...ofAnyMember });
      else members[name] = value;
    }
    return members;
  }

  private readJson(): Json {
    const { reader } = this;
    const kind = reader.byte();
    if (kind === tag.null) return null;
    if (kind === tag.false || kind === tag.true) return kind === tag.true;
    if (kind === tag.number) return reader.number();
    if (kind === tag.text) return reader.text(this.values);
    if (kind === tag.list) return Array.from({ length: reader.count() }, () => this.readJson());
    return this.readMembers();
  }
}

/** Longer values are seldom shared, UTF-16 units. */
const longestSharedValue = 32;
const ofAnyMember = { enumerable: true, configurable: true, writable: true } as const;
const isList = (value: object): value is readonly Json[] => Array.isArray(value);

function bitsOf(fact: Fact, late: boolean): number {
  let bits = 0;
  if (fact.kind === 'operation') bits |= has.operation;
  if (late) bits |= has.late;
  if (fact.source !== usualSource) bits |= has.source;
  if (fact.direction === 'in') bits |= has.directionIn;
  if (fact.direction === 'out') bits |= has.directionOut;
  if (fact.amount !== undefined) bits |= has.amount;
  if (fact.currency !== undefined) bits |= has.currency;
  if (fact.accountId !== undefined) bits |= has.accountId;
  if (fact.customerId !== undefined) bits |= has.customerId;
  if (fact.counterpartyId !== undefined) bits |= has.counterpartyId;
  if (fact.type !== undefined) bits |= has.type;
  if (fact.channel !== undefined) bits |= has.channel;
  if (fact.branchId !== undefined) bits |= has.branchId;
  if (fact.tellerId !== undefined) bits |= has.tellerId;
  if (fact.deviceId !== undefined) bits |= has.deviceId;
  for (const _name in fact.attributes) return bits | has.attributes;
  return bits;
}
