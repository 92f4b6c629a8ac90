import type { Fact } from '../fact/fact';
import type { ReferenceSpec } from '../reference/reference-spec';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector, type DetectorMemory } from './detector';
import { Group } from './group';
import type { FactStore } from './held/fact-store';
import { Home } from './home';
import type { Lane } from './lane';
import type { Remembered } from './rule-run';

/** What is written. The one before had no homes in pieces, and is read as well. */
const format = 5;
const formatsRead: readonly unknown[] = [4, format];

/** The first part of a snapshot: everything but the homes. Infinite times stand as null. */
interface SnapshotHead {
  readonly format: number;
  readonly rules: readonly RuleSpec[];
  readonly references: readonly ReferenceSpec[];
  readonly watermark: number | null;
  readonly settledBefore: number | null;
  readonly heldSince: number | null;
  readonly lostBefore?: number;
  readonly step: number;
  readonly lane: Lane;
}

/** One home, or a piece of one: facts with whether they were late; groups with their entries as numbers of those facts. */
interface SnapshotHome {
  readonly key: string;
  /** True where the home goes on that the piece before was of; numbers of facts count on. */
  readonly more?: true;
  readonly facts: readonly (readonly [Fact, boolean])[];
  readonly groups: readonly SnapshotGroup[];
}

interface SnapshotGroup {
  readonly dimension: number;
  readonly values: readonly string[];
  /** True where the group goes on that the piece before ended with. */
  readonly more?: true;
  /** Numbers of facts in their order, each with the bits of the rules that it triggers, and its marks where it has any. */
  readonly entries: readonly (readonly [number, number] | readonly [number, number, readonly number[]])[];
  /** By column; left out where nothing is remembered. */
  readonly remembered: readonly (readonly [number, Remembered])[];
}

/**
 * A part is closed once it holds so many facts and homes, a piece of a home once it has so many facts and entries, and both once they have
 * so many characters: texts stay far below the longest that the runtime can hold, and each is written and read in a moment.
 */
const limits = { facts: 5_000, items: 10_000, characters: 4_000_000 } as const;
const finite = (time: number): number | null => (Number.isFinite(time) ? time : null);

/** Writes all that a detector holds, as JSON texts: the head first, then the homes in parts. */
export function* snapshotOf(detector: Detector): Generator<string> {
  const { watermark, settledBefore, heldSince, lostBefore = -Infinity, step } = detector.memory;
  const head: SnapshotHead = {
    format,
    rules: detector.rules.rules.map(({ document }) => document),
    references: detector.rules.references.documents,
    watermark,
    settledBefore: finite(settledBefore),
    heldSince: finite(heldSince),
    ...(lostBefore === -Infinity ? {} : { lostBefore }),
    step,
    lane: detector.lane,
  };
  yield JSON.stringify(head);
  let [part, facts, characters]: [string[], number, number] = [[], 0, 0];
  for (const [key, home] of detector.homes) {
    for (const piece of homePieces(detector.store, key, home)) {
      part.push(piece.json);
      facts += Math.max(piece.facts + 1, piece.items / 2);
      characters += piece.json.length;
      if (facts < limits.facts && characters < limits.characters) continue;
      yield `[${part.join()}]`;
      [part, facts, characters] = [[], 0, 0];
    }
  }
  if (part.length > 0) yield `[${part.join()}]`;
}

/** Reads what `snapshotOf` wrote. @throws Error where the texts are of another format */
export function restoreDetector(parts: Iterable<string>): Detector {
  const restoring = restoringDetector(parts);
  for (;;) {
    const step = restoring.next();
    if (step.done === true) return step.value;
  }
}

/** The same part by part: whoever drives it may let others come in between. @throws Error where the texts are of another format */
export function* restoringDetector(parts: Iterable<string>): Generator<undefined, Detector> {
  let detector: Detector | null = null;
  let restoring: RestoredHome | null = null;
  for (const part of parts) {
    if (detector === null) detector = restoreHead(JSON.parse(part) as SnapshotHead);
    else {
      for (const piece of JSON.parse(part) as SnapshotHome[]) {
        if (piece.more !== true) restoring = RestoredHome.begin(detector, piece.key);
        if (restoring?.key !== piece.key)
          throw new Error(`The snapshot goes on with "${piece.key}" without its beginning.`);
        restoring.add(piece);
      }
    }
    yield;
  }
  if (detector === null) throw new Error('A snapshot without parts cannot be read.');
  return detector;
}

/** A home as JSON, in one piece or several. */
function* homePieces(store: FactStore, key: string, home: Home): Generator<WrittenPiece> {
  const refs = home.refs();
  const numbers = new Map(refs.map((ref, number) => [ref, number]));
  let piece = new Piece(key, false);
  for (const ref of refs) {
    piece.fact(JSON.stringify([store.fact(ref), store.isLate(ref)]));
    if (!piece.isFull) continue;
    yield piece.written();
    piece = new Piece(key, true);
  }
  for (const group of home.groups) {
    for (let index = 0, more = false; index < group.length || !more; more = true) {
      const entries: string[] = [];
      while (index < group.length && !piece.isFull) entries.push(piece.counted(entryOf(group, index++, numbers)));
      piece.group(groupJson(group, entries, more));
      if (!piece.isFull) continue;
      yield piece.written();
      piece = new Piece(key, true);
    }
  }
  if (!piece.isEmpty) yield piece.written();
}

/** A piece as JSON, with how many facts it has, and how many of facts, groups and entries together. */
interface WrittenPiece {
  readonly json: string;
  readonly facts: number;
  readonly items: number;
}

/** A piece of a home that is being written. */
class Piece {
  private readonly facts: string[] = [];
  private readonly groups: string[] = [];
  private items = 0;
  private characters = 0;

  constructor(
    private readonly key: string,
    private readonly more: boolean,
  ) {}

  get isFull(): boolean {
    return this.items >= limits.items || this.characters >= limits.characters;
  }

  /** True where nothing is left of a home whose pieces before say all. */
  get isEmpty(): boolean {
    return this.more && this.facts.length === 0 && this.groups.length === 0;
  }

  fact(json: string): void {
    this.facts.push(this.counted(json));
  }

  group(json: string): void {
    this.groups.push(this.counted(json));
  }

  /** Counts what is put in; gives it back. */
  counted(json: string): string {
    this.items++;
    this.characters += json.length;
    return json;
  }

  written(): WrittenPiece {
    const more = this.more ? '"more":true,' : '';
    const json = `{"key":${JSON.stringify(this.key)},${more}"facts":[${this.facts.join()}],"groups":[${this.groups.join()}]}`;
    return { json, facts: this.facts.length, items: this.items };
  }
}

function entryOf(group: Group, index: number, numbers: ReadonlyMap<number, number>): string {
  const number = numbers.get(group.refAt(index)) ?? missing(group.factAt(index));
  const triggers = group.triggersOf(index);
  const marks = group.marksAt(index);
  return marks === null ? `[${number},${triggers}]` : `[${number},${triggers},[${marks.join()}]]`;
}

function groupJson(group: Group, entries: readonly string[], more: boolean): string {
  const { dimension, values } = group;
  const remembered = dimension.rules.flatMap((_, column) => {
    const known = group.remembered(column);
    return known === null || more ? [] : [[column, known] as const];
  });
  const head = JSON.stringify({ dimension: dimension.index, values, ...(more && { more }), remembered });
  return `${head.slice(0, -1)},"entries":[${entries.join()}]}`;
}

function missing(fact: Fact): never {
  throw new Error(`Fact ${fact.id} stands in a group's log but is not held by its home.`);
}

function restoreHead(head: SnapshotHead): Detector {
  if (!formatsRead.includes(head.format))
    throw new Error(`The snapshot has format ${head.format}; this version reads ${formatsRead.join(' and ')}.`);
  const memory: DetectorMemory = {
    watermark: head.watermark,
    settledBefore: head.settledBefore ?? -Infinity,
    heldSince: head.heldSince ?? -Infinity,
    ...(head.lostBefore === undefined ? {} : { lostBefore: head.lostBefore }),
    step: head.step,
  };
  return new Detector(compileRules(head.rules, head.references), memory, head.lane);
}

/** A home that is being read, piece by piece. */
class RestoredHome {
  /** Of its facts, by their numbers. */
  private readonly refs: number[] = [];
  private readonly home = new Home();
  private group: Group | null = null;

  private constructor(
    private readonly detector: Detector,
    readonly key: string,
  ) {}

  static begin(detector: Detector, key: string): RestoredHome {
    const restored = new RestoredHome(detector, key);
    detector.homes.set(key, restored.home);
    return restored;
  }

  add({ facts, groups }: SnapshotHome): void {
    const { store } = this.detector;
    for (const [fact, late] of facts) this.refs.push(this.home.add(store, fact, late));
    for (const group of groups) this.addGroup(group);
  }

  private addGroup({ dimension: index, values, more, entries, remembered }: SnapshotGroup): void {
    const { dimensions, store } = this.detector;
    const dimension = dimensions[index];
    if (dimension === undefined) throw new Error(`The snapshot names dimension ${index}, which its rules do not have.`);
    if (more !== true) this.group = this.home.begin(new Group(dimension, dimension.keyOfValues(values), values, store));
    const { group } = this;
    if (group === null) throw new Error(`The snapshot goes on with a group of "${this.key}" without its beginning.`);
    for (const [column, known] of remembered) group.recall(column, known);
    for (const [number, triggers, marks] of entries) {
      const ref = this.refs[number];
      if (ref === undefined)
        throw new Error(`The snapshot names fact ${number} of "${this.key}", which it does not hold.`);
      const fact = store.fact(ref);
      dimension.fused.look(fact);
      const place = group.place(fact, ref, triggers);
      marks?.forEach((bits, column) => {
        group.setMark(place, column, bits);
      });
    }
  }
}
