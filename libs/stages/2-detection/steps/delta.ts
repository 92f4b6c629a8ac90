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
const sectionHead = 2 * lengthBytes;
const formatBytes = 1;
const noTexts = Buffer.alloc(0);

/**
 * What has changed since the last checkpoint, as bytes. Facts are copied as the detector holds them, which costs next to nothing and is a
 * quarter of their JSON; all else is rare and stands as JSON.
 *
 * A delta is its format, then sections of items, each with the texts that stand as numbers in its facts, so that it can be read by itself.
 */
export class DeltaWriter<Change extends object> {
  /** The delta in hand; its room serves all deltas. */
  private bytes = Buffer.allocUnsafe(4_096);
  private end = formatBytes;
  /** Where the section in hand begins; null: there is none. */
  private section: number | null = null;
  /** The store that the facts of the section in hand were copied from. */
  private store: Store | null = null;
  private texts = { of: null as Store | null, count: 0, written: noTexts };

  /** True where nothing has changed. */
  get isEmpty(): boolean {
    return this.end === formatBytes;
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
    const taken = Buffer.allocUnsafe(this.end);
    this.bytes.copy(taken, 0, 0, this.end);
    taken[0] = format;
    this.end = formatBytes;
    return taken;
  }

  private closeSection(): void {
    if (this.section === null) return;
    const texts = this.store === null ? noTexts : this.textsOf(this.store);
    this.makeRoom(texts.length);
    texts.copy(this.bytes, this.end);
    this.bytes.writeUInt32LE(this.end - this.section - sectionHead, this.section);
    this.bytes.writeUInt32LE(texts.length, this.section + lengthBytes);
    this.end += texts.length;
    this.section = null;
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
    this.makeRoom(sectionHead + itemHead + length);
    if (this.section === null) {
      this.section = this.end;
      this.end += sectionHead;
    }
    const { bytes, end } = this;
    bytes[end] = first;
    putUint32(bytes, end + 1, offset % 2 ** 32);
    bytes[end + 5] = offset / 2 ** 32;
    bytes[end + 6] = offset / 2 ** 40;
    putUint32(bytes, end + 1 + offsetBytes, length);
    this.end += itemHead;
  }

  private makeRoom(length: number): void {
    const needed = this.end + length;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

/** Writes a number below 2^32; there is one of each fact, and Buffer's own way looks at every argument. */
function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
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
  for (let at = formatBytes; at < delta.length;) {
    const from = at + sectionHead;
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
