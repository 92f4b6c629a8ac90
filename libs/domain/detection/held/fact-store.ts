import type { Fact } from '../../fact/fact';
import { FactBytes, type NamedFact, type SharedTexts } from './fact-bytes';

/** Bytes of a chunk; facts begin at multiples of 4 in it, so that a reference is a number below 2^32. */
const chunkSize = 2 ** 18;
const align = 4;
const placesPerChunk = chunkSize / align;
const mostChunks = 2 ** 32 / placesPerChunk;
/** Chunks that are kept for later once they are empty. */
const spareChunks = 4;
/** Facts that are also kept as objects; a power of 2. Those that are asked for were mostly added or asked for just before. */
const recentFacts = 256;

interface Chunk {
  readonly bytes: Buffer;
  /** Bytes in use, and facts that are still held. */
  used: number;
  facts: number;
}

/**
 * All facts that one detector holds, as bytes in chunks outside the garbage collector's sight. A fact is named by a reference, a whole number
 * in [0, 2^32) that stays the same while it is held. Facts come and go in about the order of their times: a chunk is given back once
 * all of it has gone.
 */
export class FactStore {
  private readonly format = new FactBytes();
  private readonly chunks: (Chunk | null)[] = [];
  /** Numbers of chunks that are not in use, and empty ones that are kept. */
  private readonly vacant: number[] = [];
  private readonly spare: Buffer[] = [];
  private current = this.open(chunkSize);
  /** Where the fact that was added last stands in its chunk. */
  private newest = { at: 0, length: 0 };
  private readonly recent: (Fact | undefined)[] = Array.from({ length: recentFacts }, () => undefined);
  private readonly recentRefs: number[] = Array.from({ length: recentFacts }, () => -1);

  /** Holds a fact; gives its reference. @param late it came too late for the windows */
  add(fact: Fact, late: boolean): number {
    let chunk = this.chunkAt(this.current);
    let end = this.format.write(fact, late, chunk.bytes, chunk.used);
    for (let size = chunkSize; end > chunk.bytes.length; size = Math.max(chunkSize, end)) {
      // The rare fact that is larger than a chunk has one of its own.
      this.giveBack(this.current);
      this.current = this.open(size);
      chunk = this.chunkAt(this.current);
      end = this.format.write(fact, late, chunk.bytes, chunk.used);
    }
    const ref = this.current * placesPerChunk + chunk.used / align;
    this.newest.at = chunk.used;
    this.newest.length = end - chunk.used;
    chunk.used = Math.ceil(end / align) * align;
    chunk.facts++;
    this.remember(ref, fact);
    return ref;
  }

  /** Bytes of the fact that was added last. */
  get newestLength(): number {
    return this.newest.length;
  }

  /** Copies the bytes of the fact that was added last; `FactBytes` with the `texts` reads them. */
  copyNewest(into: Buffer, at: number): void {
    const { at: from, length } = this.newest;
    const { bytes } = this.chunkAt(this.current);
    // Quicker for so few than Buffer's own way, which makes a view of them first.
    for (let i = 0; i < length; i++) into[at + i] = bytes[from + i] ?? 0;
  }

  /** The texts that stand as numbers in the bytes of facts. */
  get texts(): SharedTexts {
    return this.format.texts;
  }

  /** How many these are: they only grow. */
  get textCount(): number {
    return this.format.textCount;
  }

  /** Lets a fact go. */
  drop(ref: number): void {
    const number = Math.floor(ref / placesPerChunk);
    this.chunkAt(number).facts--;
    if (number !== this.current) this.giveBack(number);
  }

  fact(ref: number): Fact {
    const known = this.recentRefs[ref % recentFacts] === ref ? this.recent[ref % recentFacts] : undefined;
    if (known !== undefined) return known;
    const fact = this.format.read(this.bytesOf(ref), placeOf(ref));
    this.remember(ref, fact);
    return fact;
  }

  /** The part of a fact that evidence shows. */
  named(ref: number): NamedFact {
    return this.format.readNamed(this.bytesOf(ref), placeOf(ref));
  }

  /** Whether a fact has this name. */
  isNamed(ref: number, name: Pick<Fact, 'source' | 'id'>): boolean {
    return this.format.isNamed(this.bytesOf(ref), placeOf(ref), name);
  }

  /** Event time of a fact, ms. */
  timeOf(ref: number): number {
    return this.format.timeOf(this.bytesOf(ref), placeOf(ref));
  }

  isLate(ref: number): boolean {
    return this.format.isLate(this.bytesOf(ref), placeOf(ref));
  }

  /** How many facts are held, and the bytes of their chunks, empty room included. */
  get size(): { readonly facts: number; readonly bytes: number } {
    return this.chunks.reduce(
      (sum, chunk) => ({ facts: sum.facts + (chunk?.facts ?? 0), bytes: sum.bytes + (chunk?.bytes.length ?? 0) }),
      { facts: 0, bytes: 0 },
    );
  }

  private remember(ref: number, fact: Fact): void {
    this.recent[ref % recentFacts] = fact;
    this.recentRefs[ref % recentFacts] = ref;
  }

  private bytesOf(ref: number): Buffer {
    return this.chunkAt(Math.floor(ref / placesPerChunk)).bytes;
  }

  private chunkAt(number: number): Chunk {
    const chunk = this.chunks[number];
    if (chunk === undefined || chunk === null) throw new RangeError(`Facts are asked for that are no longer held.`);
    return chunk;
  }

  private open(size: number): number {
    const bytes = size === chunkSize ? this.spare.pop() : undefined;
    const chunk = { bytes: bytes ?? Buffer.allocUnsafeSlow(size), used: 0, facts: 0 };
    const number = this.vacant.pop() ?? this.chunks.push(chunk) - 1;
    if (number >= mostChunks)
      throw new RangeError('More facts are held than one partition can have; use more partitions.');
    this.chunks[number] = chunk;
    return number;
  }

  /** Gives a chunk back where it holds nothing. */
  private giveBack(number: number): void {
    const { bytes, facts } = this.chunkAt(number);
    if (facts > 0) return;
    this.chunks[number] = null;
    this.vacant.push(number);
    if (bytes.length === chunkSize && this.spare.length < spareChunks) this.spare.push(bytes);
  }
}

const placeOf = (ref: number): number => (ref % placesPerChunk) * align;
