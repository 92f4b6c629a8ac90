import type { SourceReport } from '@weir/contracts';
import {
  compileRules,
  Detector,
  restoringDetector,
  snapshotOf,
  type Acceptance,
  type Fact,
  type HitState,
  type LogPlace,
  type RuleSet,
} from '@weir/domain';
import { DeltaWriter, readDelta, type FactChange } from './delta';
import type { PastFact } from './fact-history';
import { isIncomplete } from './incomplete';
import { finite, KeyedLanes, type WrittenLane } from './keyed-lanes';
import { cannotRedo } from './cannot-redo';
import { documentsOf, rulesOf, sameRules, type RuleDocuments } from './rule-documents';
import { readHead, textsOf, writeHead } from './snapshot-head';
import { toTheEnd } from './to-the-end';

/**
 * What one batch does to a partition, item by item: written as the checkpoint's delta, and done again in the same order
 * when the partition is opened. Facts stand beside these (`FactChange`).
 */
type Change =
  /** A fact of event time `w` was read here and moved to its home. */
  | { readonly w: number }
  /** Everything older than `s` less the lateness is settled. */
  | { readonly s: number }
  /** Windows that reach back before `h` are incomplete. */
  | { readonly h: number }
  /** Other rules run from here on; `o` is the last offset before. */
  | (RuleDocuments & { readonly o: number })
  /** The topic of the lane `b`, which has the identity `i`, was handed all that is held, at the time `t`. */
  | { readonly b: string; readonly i: string; readonly t: number };

/** What a lane is told, and the identity of the topic that was handed what is held. */
export interface LaneReport {
  readonly lane: string;
  readonly topic: string;
  readonly report: SourceReport;
}

/** The first part of a snapshot; the detector's own follow. */
interface Head {
  readonly lanes: readonly WrittenLane[];
}

/** How many homes are swept at least after each batch; a batch cannot make more than it has records. */
const homesSweptPerBatch = 2_000;

/** The state of one partition of the facts topic and the changes that are not in the window store yet. */
export class PartitionState {
  private readonly delta = new DeltaWriter<Change>();
  private incompleteFromFirst = false;
  /** The rules last given, to see at once that nothing has changed. */
  private given: RuleSet | null = null;
  private lanes = new KeyedLanes();
  private unpublished: readonly HitState[] = [];

  private constructor(
    private readonly topic: string,
    private readonly partition: number,
    private readonly detector: Detector,
  ) {}

  /** A partition about which nothing is stored. `incomplete`: older facts of it are gone. */
  static begin(topic: string, partition: number, incomplete: boolean): PartitionState {
    const state = new PartitionState(topic, partition, new Detector(compileRules([])));
    state.incompleteFromFirst = incomplete;
    return state;
  }

  /** A partition as it was at its last checkpoint. */
  static restore(
    topic: string,
    partition: number,
    snapshot: readonly Buffer[],
    deltas: readonly Buffer[],
  ): PartitionState {
    const state = toTheEnd(PartitionState.restoring(topic, partition, snapshot));
    for (const delta of deltas) state.redo(delta);
    return state;
  }

  /** A partition as its snapshot has it; it yields after each part, so that others may have their turn. */
  static *restoring(
    topic: string,
    partition: number,
    [head, ...snapshot]: readonly Buffer[],
  ): Generator<undefined, PartitionState> {
    const known = head === undefined ? null : readHead<Head>(head);
    const detector = known === null ? new Detector(compileRules([])) : yield* restoringDetector(textsOf(snapshot));
    const state = new PartitionState(topic, partition, detector);
    if (known !== null) state.lanes = KeyedLanes.restore(known.lanes, detector.rules);
    return state;
  }

  /** Does again what a delta of the checkpoint says; deltas come in their order. */
  redo(delta: Buffer): void {
    this.unpublished = [];
    for (const change of readDelta<Change>(delta)) this.apply(change);
  }

  /** Latest event time (ms) read from the partition, null before the first fact. */
  get watermark(): number | null {
    return this.detector.watermark;
  }

  /** How many home keys are held. */
  get size(): Detector['size'] {
    return this.detector.size;
  }

  /** True where what is held begins with a record that is not known yet: see `beginWith`. */
  get beginsIncomplete(): boolean {
    return this.incompleteFromFirst;
  }

  /** True where something has changed since the last delta. */
  get hasChanged(): boolean {
    return !this.delta.isEmpty;
  }

  /** Reads the key of a fact in each lane that facts are keyed anew for. */
  get keysOf(): ReadonlyMap<string, (fact: Fact) => string | null> {
    return this.lanes.keysOf;
  }

  /**
   * The first record that is read arrived at this time (ms). Where older ones are gone, whatever occurred before it may be
   * missing: windows that reach back behind it are incomplete.
   */
  beginWith(arrivedAt: number): void {
    if (!this.incompleteFromFirst) return;
    this.incompleteFromFirst = false;
    this.beginWithPast(arrivedAt);
    this.delta.change({ h: arrivedAt });
  }

  /**
   * Begins with facts of the past that are given with `recall`: those that occurred before `heldSince` (ms) may be missing. None of
   * this is a change for the window store: it is written down as a snapshot.
   */
  beginWithPast(heldSince: number): void {
    this.detector.memory.heldSince = heldSince;
    this.detector.memory.lostBefore = heldSince;
  }

  /** Takes in a fact that arrived here in the past. */
  recall({ fact, offset, late }: Pick<PastFact, 'fact' | 'offset' | 'late'>): readonly HitState[] {
    const acceptance = this.detector.accept(fact, { ...this.place(offset), late });
    return acceptance.outcome === 'accepted' ? acceptance.states : [];
  }

  /** Nothing before this time (ms) comes any more but what is late; forgets a part of what that frees. */
  settleUpTo(time: number): void {
    this.detector.forget(time + this.rules.lateness, homesSweptPerBatch + 4_000);
  }

  /** Upstream has come here up to this event time (ms), null: to none. */
  noteWatermark(watermark: number | null): void {
    if (watermark !== null) this.detector.isLate({ occurredAt: watermark }, {});
  }

  /** The rules that run. */
  get rules(): RuleSet {
    return this.detector.rules;
  }

  /** True while windows of new facts may reach back behind what was lost. */
  get isIncomplete(): boolean {
    return this.incompleteFromFirst || isIncomplete(this.detector);
  }

  /** Takes in a fact that lives here. */
  accept(fact: Fact, offset: number, movedLate: boolean | null): Acceptance {
    const acceptance = this.measure(fact, offset, movedLate);
    if (acceptance.outcome === 'accepted') this.delta.newestOf(this.detector.store, offset, movedLate);
    return acceptance;
  }

  /** A fact was read here that lives elsewhere: says whether it is late here, and moves the watermark. */
  passOn(fact: Fact): boolean {
    this.delta.change({ w: fact.occurredAt });
    return this.detector.isLate(fact, {});
  }

  /** Whether these rules run already. */
  runs(rules: RuleSet): boolean {
    const runs = rules === this.given || sameRules(rules, this.detector.rules);
    if (runs) this.given = rules;
    return runs;
  }

  /** What a change of the rules made that stands last in the deltas which were done again: it was not published, perhaps. */
  takeUnpublished(): readonly HitState[] {
    const states = this.unpublished;
    this.unpublished = [];
    return states;
  }

  /** Runs other rules where they differ from those that run. */
  useRules(rules: RuleSet, lastOffset: number): readonly HitState[] {
    if (this.runs(rules)) return [];
    this.given = rules;
    this.delta.change({ ...documentsOf(rules), o: lastOffset });
    return this.setRules(rules, lastOffset);
  }

  /** Whether the topic of a lane, known by its identity, must still be handed what is held. */
  owes(lane: string, identity: string): boolean {
    return this.lanes.owes(lane, identity);
  }

  /** Every fact that is held, with whether it was late. */
  held(): Iterable<{ readonly fact: Fact; readonly late: boolean }> {
    return this.detector.held();
  }

  /**
   * The topic of a lane, known by its identity, has been handed what is held. Where another topic of that name had it before,
   * that one is gone: what occurred before `now` (ms) may be missing.
   */
  handedOver(lane: string, identity: string, now: number): void {
    this.lanes.handedOver(lane, identity, now);
    this.delta.change({ b: lane, i: identity, t: now });
  }

  /** What each lane is told of this partition once all before `upTo` has been read. */
  reports(upTo: number): readonly LaneReport[] {
    const settledBefore = finite(this.detector.memory.settledBefore);
    return this.lanes.handed().map(({ lane, topic, heldSince }) => ({
      lane,
      topic,
      report: { source: this.partition, upTo, settledBefore, heldSince: finite(heldSince) },
    }));
  }

  /** Everything older than `watermark` (ms) less the lateness is settled; forgets a part of what that frees. */
  settle(watermark: number, records = 0): void {
    const before = this.detector.memory.settledBefore;
    this.detector.forget(watermark, homesSweptPerBatch + 2 * records);
    if (this.detector.memory.settledBefore > before) this.delta.change({ s: watermark });
  }

  /** The changes since the last call, as a delta for the window store. */
  takeDelta(): Buffer {
    return this.delta.take();
  }

  /** All that is held, as chunks for the window store. */
  *snapshot(): Generator<Buffer> {
    const head: Head = { lanes: this.lanes.written() };
    yield Buffer.from(writeHead(head), 'utf8');
    for (const part of snapshotOf(this.detector)) yield Buffer.from(part, 'utf8');
  }

  /** How evaluations ended since the last call. */
  takeTally(): ReturnType<Detector['takeTally']> {
    return this.detector.takeTally();
  }

  private place(offset: number): LogPlace {
    return { topic: this.topic, partition: this.partition, offset: Math.max(0, offset) };
  }

  private setRules(rules: RuleSet, lastOffset: number): readonly HitState[] {
    const states = this.detector.setRules(rules, this.place(lastOffset));
    this.lanes.use(rules, this.detector.memory.heldSince);
    return states;
  }

  private measure(fact: Fact, offset: number, movedLate: boolean | null): Acceptance {
    const { topic, partition } = this;
    // Of nearly every fact lateness is decided here.
    if (movedLate === null) return this.detector.accept(fact, { topic, partition, offset });
    return this.detector.accept(fact, { topic, partition, offset, late: movedLate });
  }

  private acceptAgain(fact: Fact, offset: number, movedLate: boolean | null): void {
    const { outcome } = this.measure(fact, offset, movedLate);
    if (outcome === 'accepted') return;
    throw cannotRedo(`${this.topic}/${this.partition}`, fact, `a ${outcome}`);
  }

  private apply(change: Change | FactChange): void {
    if ('f' in change) this.acceptAgain(change.f, change.o, change.l ?? null);
    else if ('w' in change) this.detector.isLate({ occurredAt: change.w }, {});
    else if ('s' in change) this.detector.forget(change.s, homesSweptPerBatch);
    else if ('h' in change) this.beginWithPast(change.h);
    else if ('b' in change) this.lanes.handedOver(change.b, change.i, change.t);
    else this.unpublished = this.setRules(rulesOf(change), change.o);
  }
}
