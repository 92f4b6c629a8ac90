import type { SourceReport } from '@weir/contracts';
import {
  compileRules,
  Detector,
  lanesOf,
  restoreDetector,
  snapshotOf,
  type Acceptance,
  type Fact,
  type HitState,
  type LogPlace,
  type RuleSet,
} from '@weir/domain';
import { LaneSources, type WrittenSource } from './lane-sources';
import { documentsOf, rulesOf, sameRules, type RuleDocuments } from './rule-documents';
import { readHead, writeHead } from './snapshot-head';

/** What one batch does to a partition of a re-keyed topic, item by item, as `PartitionState` writes it down. */
type Change =
  /** A fact at offset `o`; `l`: it was late where it came in. */
  | { readonly f: Fact; readonly o: number; readonly l: boolean }
  /** The report of a source at offset `o`. */
  | { readonly p: WrittenSource; readonly o: number }
  /** Everything that occurred before `s` is settled. */
  | { readonly s: number }
  /** Windows that reach back before `h` are incomplete. */
  | { readonly h: number }
  /** Other rules run from here on; `o` is the last offset before, `t` (ms) when that was seen. */
  | (RuleDocuments & { readonly o: number; readonly t: number });

/** The first part of a snapshot; the detector's own follow. */
interface Head {
  readonly sources: readonly WrittenSource[];
  /** The rules, where they are not measured yet. */
  readonly waits: RuleDocuments | null;
  readonly interrupted: boolean;
}

/** Where a partition of a re-keyed topic lies. */
export interface LanePlace {
  readonly lane: string;
  readonly topic: string;
  readonly partition: number;
  /** Partitions of the facts topic. */
  readonly sources: number;
}

const homesSweptPerBatch = 2_000;
const noRules = compileRules([]);

/**
 * The state of one partition of a re-keyed topic and the changes that are not in the window store yet. It only holds what
 * it is sent until every source has handed over what it held; then it begins with all of that at once, as a detector does that
 * has everything in one place.
 */
export class LaneState {
  private changes: Change[] = [];
  private incompleteFromFirst = false;
  private given: RuleSet | null = null;
  private rules: RuleSet = noRules;
  /** While it waits: a place of no lane and without rules, where facts are held and known again. */
  private detector = new Detector(noRules);
  /** The lane was not needed for a while, and facts of that time may not have been sent. */
  private interrupted = false;
  private sources: LaneSources;

  private constructor(private readonly at: LanePlace) {
    this.sources = new LaneSources(at.sources);
  }

  /** A partition about which nothing is stored. `incomplete`: older records of it are gone. */
  static begin(at: LanePlace, incomplete: boolean): LaneState {
    const state = new LaneState(at);
    state.incompleteFromFirst = incomplete;
    return state;
  }

  /** A partition as it was at its last checkpoint. */
  static restore(at: LanePlace, [head, ...snapshot]: readonly Buffer[], deltas: readonly Buffer[]): LaneState {
    const state = new LaneState(at);
    if (head !== undefined) {
      const { sources, waits, interrupted } = readHead<Head>(head);
      state.sources = new LaneSources(at.sources, sources);
      state.detector = restoreDetector(snapshot.map((part) => part.toString('utf8')));
      state.rules = waits === null ? state.detector.rules : rulesOf(waits);
      state.interrupted = interrupted;
    }
    for (const delta of deltas)
      for (const change of JSON.parse(delta.toString('utf8')) as Change[]) state.apply(change);
    state.changes = [];
    return state;
  }

  /** Partitions of the facts topic. */
  get sourceCount(): number {
    return this.at.sources;
  }

  /** How many values of the lane's field are held; while it waits, how many home keys. */
  get homes(): number {
    return this.detector.homes.size;
  }

  /** Sources that have not been heard of: it measures nothing before they have. */
  get missingSources(): number {
    return this.sources.missing;
  }

  /** True where what is held begins with a record that is not known yet: see `beginWith`. */
  get beginsIncomplete(): boolean {
    return this.incompleteFromFirst;
  }

  /** True where something has changed since the last delta. */
  get hasChanged(): boolean {
    return this.changes.length > 0;
  }

  /** The first record that is read arrived at this time (ms): see `PartitionState.beginWith`. */
  beginWith(arrivedAt: number): void {
    if (!this.incompleteFromFirst) return;
    this.incompleteFromFirst = false;
    this.detector.memory.heldSince = arrivedAt;
    this.changes.push({ h: arrivedAt });
  }

  /** Takes in a fact. Null: it has no key in the lane, so that nothing here asks for it. */
  accept(fact: Fact, offset: number, late: boolean): Acceptance | null {
    if (this.detector.homeKeyOf(fact) === null) return null;
    const acceptance = this.detector.accept(fact, { ...this.place(offset), late });
    if (acceptance.outcome === 'accepted') this.changes.push({ f: fact, o: offset, l: late });
    return acceptance;
  }

  /** Takes in what a source says of itself. */
  hear({ source, settledBefore, heldSince }: Omit<SourceReport, 'upTo'>, offset: number): readonly HitState[] {
    const p: WrittenSource = [source, settledBefore, heldSince];
    this.changes.push({ p, o: offset });
    this.sources.note({ source, settledBefore, heldSince });
    const { memory } = this.detector;
    if (this.measures) memory.heldSince = Math.max(memory.heldSince, this.sources.heldSince);
    return this.beginWhereReady(offset);
  }

  /** Runs other rules where they differ from those that run. @param now milliseconds since 1970 */
  useRules(rules: RuleSet, lastOffset: number, now: number): readonly HitState[] {
    if (rules === this.given) return [];
    this.given = rules;
    if (sameRules(rules, this.rules)) return [];
    this.changes.push({ ...documentsOf(rules), o: lastOffset, t: now });
    return this.setRules(rules, lastOffset, now);
  }

  /** Forgets a part of what no window needs of facts that can still come in time. */
  settle(records: number): void {
    const { settledBefore } = this.sources;
    if (settledBefore === -Infinity) return;
    if (settledBefore > this.detector.memory.settledBefore) this.changes.push({ s: settledBefore });
    this.forget(settledBefore, homesSweptPerBatch + 2 * records);
  }

  /** The changes since the last call, as a delta for the window store. */
  takeDelta(): Buffer {
    const delta = Buffer.from(JSON.stringify(this.changes), 'utf8');
    this.changes = [];
    return delta;
  }

  /** All that is held, as chunks for the window store. */
  snapshot(): readonly Buffer[] {
    const head: Head = {
      sources: this.sources.written(),
      waits: this.measures ? null : documentsOf(this.rules),
      interrupted: this.interrupted,
    };
    return [writeHead(head), ...snapshotOf(this.detector)].map((part) => Buffer.from(part, 'utf8'));
  }

  /** How evaluations ended since the last call. */
  takeTally(): ReturnType<Detector['takeTally']> {
    return this.detector.takeTally();
  }

  private get measures(): boolean {
    return this.detector.lane !== null;
  }

  private place(offset: number): LogPlace {
    return { topic: this.at.topic, partition: this.at.partition, offset: Math.max(0, offset) };
  }

  private setRules(rules: RuleSet, lastOffset: number, now: number): readonly HitState[] {
    this.rules = rules;
    const needed = this.isNeeded();
    if (this.measures && needed) return this.detector.setRules(rules, this.place(lastOffset));
    if (this.measures) {
      this.detector = onlyHeld(this.detector);
      this.interrupted = true;
    } else if (needed && this.interrupted) {
      this.interrupted = false;
      this.detector.memory.heldSince = now;
    }
    return this.beginWhereReady(lastOffset);
  }

  private isNeeded(): boolean {
    return lanesOf(this.rules.rules).includes(this.at.lane);
  }

  /** Begins to measure once every source has said that all it held has been sent. */
  private beginWhereReady(offset: number): readonly HitState[] {
    if (this.measures || this.sources.missing > 0 || !this.isNeeded()) return [];
    const { memory } = this.detector;
    memory.heldSince = Math.max(memory.heldSince, this.sources.heldSince);
    const { detector, states } = this.detector.beginLane(this.at.lane, this.rules, this.place(offset));
    this.detector = detector;
    return states;
  }

  private forget(settledBefore: number, homes: number): void {
    this.detector.forget(settledBefore + this.detector.rules.lateness, homes);
  }

  private apply(change: Change): void {
    if ('f' in change) this.acceptAgain(change.f, change.o, change.l);
    else if ('p' in change) {
      const [source, settledBefore, heldSince] = change.p;
      this.hear({ source, settledBefore, heldSince }, change.o);
    } else if ('s' in change) this.forget(change.s, homesSweptPerBatch);
    else if ('h' in change) this.detector.memory.heldSince = change.h;
    else this.setRules(rulesOf(change), change.o, change.t);
  }

  private acceptAgain(fact: Fact, offset: number, late: boolean): void {
    const outcome = this.accept(fact, offset, late)?.outcome ?? 'without a key here';
    if (outcome === 'accepted') return;
    const { topic, partition } = this.at;
    throw new Error(`${topic}/${partition}: fact ${fact.id} was accepted once and is ${outcome} now.`);
  }
}

/** A place that holds what a detector held, with the same memory, and measures nothing. */
function onlyHeld(detector: Detector): Detector {
  const place = new Detector(noRules);
  for (const { fact, late } of detector.held()) place.accept(fact, { topic: '', partition: 0, offset: 0, late });
  Object.assign(place.memory, detector.memory);
  return place;
}
