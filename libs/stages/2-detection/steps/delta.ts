import { FactBytes, type Detector, type Fact, type SharedTexts } from '@weir/domain';

/** A fact that was taken in at offset `o`; `l`: whether it was late where it came from, left out where that is decided here. */
export interface FactChange {
  readonly f: Fact;
  readonly o: number;
  readonly l?: boolean;
}

type Store = Detector['store'];

/** First byte of a delta. Deltas of earlier versions are JSON lists. */
const format = 1;
const list = '['.charCodeAt(0);
/** First byte of an item: a change as JSON, or a fact as bytes and what is known of its lateness. */
const kind = { json: 0, fact: 1, factInTime: 2, factLate: 3 } as const;
const offsetBytes = 6;
const lengthBytes = 4;
const itemHead = 1 + offsetBytes + lengthBytes;
const noTexts = Buffer.alloc(0);

/**
 * What has changed since the last checkpoint, as bytes. Facts are copied as the detector holds them, which costs next to nothing and is a
 * quarter of their JSON; all else is rare and stands as JSON.
 *
 * A delta is its format, then sections of items, each with the texts that stand as numbers in its facts, so that it can be read by itself.
 */
export class DeltaWriter<Change extends object> {
  private readonly sections: Buffer[] = [];
  private bytes = Buffer.allocUnsafe(4_096);
  private end = 0;
  /** The store that the facts of the section in hand were copied from. */
  private store: Store | null = null;
  private texts = { of: null as Store | null, count: 0, written: noTexts };

  /** True where nothing has changed. */
  get isEmpty(): boolean {
    return this.sections.length === 0 && this.end === 0;
  }

  /** A change that is no fact. */
  change(change: Change): void {
    const json = Buffer.from(JSON.stringify(change), 'utf8');
    this.head(kind.json, 0, json.length);
    json.copy(this.bytes, this.end);
    this.end += json.length;
  }

  /** The fact that the store was given last. @param late whether it was late where it came from; null: that is decided here */
  newestOf(store: Store, offset: number, late: boolean | null): void {
    if (this.store !== null && this.store !== store) this.closeSection();
    this.store = store;
    const length = store.newestLength;
    this.head(late === null ? kind.fact : late ? kind.factLate : kind.factInTime, offset, length);
    store.copyNewest(this.bytes, this.end);
    this.end += length;
  }

  /** All of it; what comes then belongs to the next delta. */
  take(): Buffer {
    this.closeSection();
    return Buffer.concat([Buffer.of(format), ...this.sections.splice(0)]);
  }

  private closeSection(): void {
    if (this.end === 0) return;
    const texts = this.store === null ? noTexts : this.textsOf(this.store);
    const lengths = Buffer.allocUnsafe(2 * lengthBytes);
    lengths.writeUInt32LE(this.end, 0);
    lengths.writeUInt32LE(texts.length, lengthBytes);
    this.sections.push(Buffer.concat([lengths, this.bytes.subarray(0, this.end), texts]));
    this.end = 0;
    this.store = null;
  }

  /** They seldom grow. */
  private textsOf(store: Store): Buffer {
    const { of, count } = this.texts;
    if (of !== store || count !== store.textCount) {
      const written = Buffer.from(JSON.stringify(store.texts), 'utf8');
      this.texts = { of: store, count: store.textCount, written };
    }
    return this.texts.written;
  }

  private head(first: number, offset: number, length: number): void {
    const needed = this.end + itemHead + length;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length));
      this.bytes.copy(larger, 0, 0, this.end);
      this.bytes = larger;
    }
    this.bytes[this.end] = first;
    this.bytes.writeUIntLE(offset, this.end + 1, offsetBytes);
    this.bytes.writeUInt32LE(length, this.end + 1 + offsetBytes);
    this.end += itemHead;
  }
}

/** Reads a delta: its changes in their order. @throws Error where it is of another format */
export function* readDelta<Change extends object>(delta: Buffer): Generator<Change | FactChange> {
  if (delta[0] === list) {
    yield* JSON.parse(delta.toString('utf8')) as Change[];
    return;
  }
  if (delta[0] !== format) {
    throw new Error(
      `A delta of a partition was written by another version of Weir. Clear the window state of its topic and start again: ` +
        `it is built anew from the facts archive and the log.`,
    );
  }
  for (let at = 1; at < delta.length;) {
    const from = at + 2 * lengthBytes;
    const end = from + delta.readUInt32LE(at);
    const after = end + delta.readUInt32LE(at + lengthBytes);
    const texts = end === after ? [] : (JSON.parse(delta.toString('utf8', end, after)) as SharedTexts);
    yield* readItems<Change>(delta, from, end, new FactBytes(texts));
    at = after;
  }
}

function* readItems<Change extends object>(
  delta: Buffer,
  from: number,
  end: number,
  facts: FactBytes,
): Generator<Change | FactChange> {
  for (let at = from; at < end;) {
    const [first, o] = [delta[at], delta.readUIntLE(at + 1, offsetBytes)];
    const body = at + itemHead;
    at = body + delta.readUInt32LE(at + 1 + offsetBytes);
    if (first === kind.json) yield JSON.parse(delta.toString('utf8', body, at)) as Change;
    else {
      const f = facts.read(delta, body);
      yield first === kind.fact ? { f, o } : { f, o, l: first === kind.factLate };
    }
  }
}
