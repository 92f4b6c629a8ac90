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

const format = 4;

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

/** One home: facts with whether they were late; groups with their entries as numbers of those facts. */
interface SnapshotHome {
  readonly key: string;
  readonly facts: readonly (readonly [Fact, boolean])[];
  readonly groups: readonly SnapshotGroup[];
}

interface SnapshotGroup {
  readonly dimension: number;
  readonly values: readonly string[];
  /** Numbers of facts in their order, each with the bits of the rules that it triggers, and its marks where it has any. */
  readonly entries: readonly (readonly [number, number] | readonly [number, number, readonly number[]])[];
  /** By column; left out where nothing is remembered. */
  readonly remembered: readonly (readonly [number, Remembered])[];
}

/** A part is closed once it holds so many facts: texts stay far below the longest that the runtime can hold. */
const factsPerPart = 5_000;
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
  let part: SnapshotHome[] = [];
  let facts = 0;
  for (const [key, home] of detector.homes) {
    part.push(snapshotHome(detector.store, key, home));
    facts += home.size + 1;
    if (facts < factsPerPart) continue;
    yield JSON.stringify(part);
    part = [];
    facts = 0;
  }
  if (part.length > 0) yield JSON.stringify(part);
}

/** Reads what `snapshotOf` wrote. @throws Error where the texts are of another format */
export function restoreDetector(parts: Iterable<string>): Detector {
  let detector: Detector | null = null;
  for (const part of parts) {
    if (detector === null) detector = restoreHead(JSON.parse(part) as SnapshotHead);
    else for (const home of JSON.parse(part) as SnapshotHome[]) restoreHome(detector, home);
  }
  if (detector === null) throw new Error('A snapshot without parts cannot be read.');
  return detector;
}

function snapshotHome(store: FactStore, key: string, home: Home): SnapshotHome {
  const refs = home.refs();
  const numbers = new Map(refs.map((ref, number) => [ref, number]));
  return {
    key,
    facts: refs.map((ref) => [store.fact(ref), store.isLate(ref)]),
    groups: home.groups.map((group) => snapshotGroup(group, numbers)),
  };
}

function snapshotGroup(group: Group, numbers: ReadonlyMap<number, number>): SnapshotGroup {
  const { dimension, values } = group;
  return {
    dimension: dimension.index,
    values,
    entries: Array.from({ length: group.length }, (_, index) => {
      const number = numbers.get(group.refAt(index)) ?? missing(group.factAt(index));
      const triggers = group.triggersOf(index);
      const marks = group.marksAt(index);
      return marks === null ? [number, triggers] : [number, triggers, [...marks]];
    }),
    remembered: dimension.rules.flatMap((_, column) => {
      const remembered = group.remembered(column);
      return remembered === null ? [] : [[column, remembered] as const];
    }),
  };
}

function missing(fact: Fact): never {
  throw new Error(`Fact ${fact.id} stands in a group's log but is not held by its home.`);
}

function restoreHead(head: SnapshotHead): Detector {
  if (head.format !== format) throw new Error(`The snapshot has format ${head.format}; this version reads ${format}.`);
  const memory: DetectorMemory = {
    watermark: head.watermark,
    settledBefore: head.settledBefore ?? -Infinity,
    heldSince: head.heldSince ?? -Infinity,
    ...(head.lostBefore === undefined ? {} : { lostBefore: head.lostBefore }),
    step: head.step,
  };
  return new Detector(compileRules(head.rules, head.references), memory, head.lane);
}

function restoreHome(detector: Detector, { key, facts, groups }: SnapshotHome): void {
  const home = new Home();
  const { store } = detector;
  const refs = facts.map(([fact, late]) => home.add(store, fact, late));
  for (const { dimension: index, values, entries, remembered } of groups) {
    const dimension = detector.dimensions[index];
    if (dimension === undefined) throw new Error(`The snapshot names dimension ${index}, which its rules do not have.`);
    const group = home.begin(new Group(dimension, dimension.keyOfValues(values), values, store));
    for (const [column, known] of remembered) group.recall(column, known);
    for (const [number, triggers, marks] of entries) {
      const [fact, ref] = [facts[number]?.[0], refs[number]];
      if (fact === undefined || ref === undefined)
        throw new Error(`The snapshot names fact ${number} of "${key}", which it does not hold.`);
      dimension.fused.look(fact);
      const place = group.place(fact, ref, triggers);
      marks?.forEach((bits, column) => {
        group.setMark(place, column, bits);
      });
    }
  }
  detector.homes.set(key, home);
}
