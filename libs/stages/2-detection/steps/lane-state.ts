import {
  compareFacts,
  compileRules,
  Detector,
  homePartition,
  lanesOf,
  restoringDetector,
  snapshotOf,
  type Acceptance,
  type Fact,
  type HitState,
  type LogPlace,
  type RuleSet,
} from '@weir/domain';
import { cannotRedo } from './cannot-redo';
import { DeltaWriter, readDelta, type FactChange } from './delta';
import type { PastFact } from './fact-history';
import { isIncomplete } from './incomplete';
import { finite } from './keyed-lanes';
import type { LaneBeginning, LanePlace } from './lane-place';
import { LaneSources, type Heard, type WrittenSource } from './lane-sources';
import { documentsOf, rulesOf, sameRules, type RuleDocuments } from './rule-documents';
import { onlyHeld } from './only-held';
import { readHead, textsOf, writeHead } from './snapshot-head';
import { toTheEnd } from './to-the-end';

/** What one batch does to a partition of a re-keyed topic, item by item, as `PartitionState` writes it down. */
type Change =
  /** The report of a source at offset `o`. */
  | { readonly p: WrittenSource; readonly o: number }
  /** Everything that occurred before `s` is settled. */
  | { readonly s: number }
  /** Windows that reach back before `h` are incomplete. */
  | { readonly h: number }
  /** It is to begin with what the facts archive holds as well; or not so any more, from the offset `o` on. */
  | { readonly a: true }
  | { readonly a: false; readonly o: number }
  /** Other rules run from here on; `o` is the last offset before, `t` (ms) when that was seen. */
  | (RuleDocuments & { readonly o: number; readonly t: number });

/** The first part of a snapshot; the detector's own follow. */
interface Head {
  readonly sources: readonly WrittenSource[];
  /** The rules, where they are not measured yet. */
  readonly waits: RuleDocuments | null;
  readonly interrupted: boolean;
  readonly asksPast?: boolean;
  readonly sourcesLacked?: number | null;
}

const homesSweptPerBatch = 2_000;
const noRules = compileRules([]);

/**
 * The state of one partition of a re-keyed topic and the changes that are not in the window store yet. It only holds what
 * it is sent until every source has handed over what it held; then it begins with all of that at once, as a detector does that
 * has everything in one place.
 */
export class LaneState {
  private readonly delta = new DeltaWriter<Change>();
  private incompleteFromFirst = false;
  private given: RuleSet | null = null;
  private rules: RuleSet = noRules;
  /** While it waits: a place of no lane and without rules, where facts are held and known again. */
  private detector = new Detector(noRules);
  /** The lane was not needed for a while, and facts of that time may not have been sent. */
  private interrupted = false;
  private sources: LaneSources;
  private unpublished: readonly HitState[] = [];
  /** It is to begin with what the facts archive holds as well. */
  private asksPast = false;
  /** What the sources had said to lack when it began with what the archive holds: that is no loss. */
  private sourcesLacked = -Infinity;

  private constructor(private readonly at: LanePlace) {
    this.sources = new LaneSources(at.sources);
  }

  /**
   * A partition about which nothing is stored. `incomplete`: older records of it are gone. `asksPast`: it waits for what the facts
   * archive holds, see `isReadyForPast`.
   */
  static begin(at: LanePlace, incomplete: boolean, asksPast = false): LaneState {
    const state = new LaneState(at);
    state.incompleteFromFirst = incomplete;
    if (asksPast) state.askPast();
    return state;
  }

  /** A partition as it was at its last checkpoint. */
  static restore(at: LanePlace, snapshot: readonly Buffer[], deltas: readonly Buffer[]): LaneState {
    const state = toTheEnd(LaneState.restoring(at, snapshot));
    for (const delta of deltas) state.redo(delta);
    return state;
  }

  /** A partition as its snapshot has it; it yields after each part, so that others may have their turn. */
  static *restoring(at: LanePlace, [head, ...snapshot]: readonly Buffer[]): Generator<undefined, LaneState> {
    const state = new LaneState(at);
    if (head !== undefined) {
      const { sources, waits, interrupted, asksPast = false, sourcesLacked } = readHead<Head>(head);
      state.sources = new LaneSources(at.sources, sources);
      state.detector = yield* restoringDetector(textsOf(snapshot));
      state.rules = waits === null ? state.detector.rules : rulesOf(waits);
      state.interrupted = interrupted;
      state.asksPast = asksPast;
      state.sourcesLacked = sourcesLacked === undefined ? state.sources.heldSince : (sourcesLacked ?? -Infinity);
    }
    return state;
  }

  /** Does again what a delta of the checkpoint says; deltas come in their order. */
  redo(delta: Buffer): void {
    this.unpublished = [];
    for (const change of readDelta<Change>(delta)) this.apply(change);
    this.delta.take();
  }

  /** Identity of the topic. */
  get identity(): string {
    return this.at.identity;
  }

  /** Partitions of the facts topic. */
  get sourceCount(): number {
    return this.at.sources;
  }

  /** How many values of the lane's field are held; while it waits, how many home keys. */
  get size(): Detector['size'] {
    return this.detector.size;
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
    return !this.delta.isEmpty;
  }

  /** The first record that is read arrived at this time (ms): see `PartitionState.beginWith`. */
  beginWith(arrivedAt: number): void {
    if (!this.incompleteFromFirst) return;
    this.incompleteFromFirst = false;
    this.lackBefore(arrivedAt);
    this.delta.change({ h: arrivedAt });
  }

  /** The rules that run. */
  get ruleSet(): RuleSet {
    return this.rules;
  }

  /** True while windows of new facts may reach back behind what was lost; not before it is known what the archive gives back. */
  get isIncomplete(): boolean {
    return !this.asksPast && (this.incompleteFromFirst || isIncomplete(this.detector));
  }

  /** Everything is there to begin with, but for what the facts archive holds. */
  get isReadyForPast(): boolean {
    return this.asksPast && this.mayBegin;
  }

  /** Per source the offset of the facts topic before which what it accepted was sent here, held or lost; -1: unknown. */
  get sentUpTo(): ReadonlyMap<number, number> {
    return this.sources.sentUpTo;
  }

  /** No fact before this time (ms) is left to be measured but those of the past: none that is held, and none that can come in time. */
  get earliestToMeasure(): number {
    return Math.min(this.sources.settledBefore, this.detector.earliestInTime());
  }

  /** Begins without what the archive holds. */
  beginWithoutPast(lastOffset: number): readonly HitState[] {
    this.delta.change({ a: false, o: lastOffset });
    return this.withoutPast(lastOffset);
  }

  /**
   * Begins with facts of the past, given in the order of their time, and with what is held. None of this is a change for the window
   * store: it is written down as a snapshot. States come page by page, with how many facts were taken in so far.
   */
  async *beginWithPast(
    pages: AsyncIterable<readonly Pick<PastFact, 'fact' | 'late'>[]>,
    { lastOffset, heldSince, publishFrom }: LaneBeginning,
  ): AsyncGenerator<{ readonly states: readonly HitState[]; readonly facts: number }> {
    const { lane, partition, sources } = this.at;
    const memory = { watermark: null, settledBefore: -Infinity, heldSince, lostBefore: heldSince, step: 0 };
    const detector = new Detector(this.rules, memory, lane);
    const place = this.place(lastOffset);
    const held = [...this.detector.held()].sort((a, b) => compareFacts(a.fact, b.fact));
    let facts = 0;
    const take = ({ fact, late }: Pick<PastFact, 'fact' | 'late'>): readonly HitState[] => {
      const key = detector.homeKeyOf(fact);
      if (key === null || homePartition(key, sources) !== partition) return [];
      const acceptance = detector.accept(fact, { ...place, late });
      if (acceptance.outcome !== 'accepted') return [];
      facts++;
      return acceptance.states.filter((state) => state.fact.occurredAt >= publishFrom);
    };
    let next = 0;
    for await (const page of pages) {
      const states: HitState[] = [];
      for (const past of page) {
        for (; next < held.length; next++) {
          const one = held[next];
          if (one === undefined || compareFacts(one.fact, past.fact) > 0) break;
          states.push(...take(one));
        }
        states.push(...take(past));
      }
      yield { states, facts };
      const reached = Math.min(page.at(-1)?.fact.occurredAt ?? -Infinity, this.sources.settledBefore);
      if (reached > -Infinity) detector.forget(reached + this.rules.lateness, homesSweptPerBatch + 2 * page.length);
    }
    yield { states: held.slice(next).flatMap(take), facts };
    this.detector = detector;
    this.asksPast = false;
    this.sourcesLacked = this.sources.heldSince;
  }

  /** Takes in a fact. Null: it has no key in the lane, so that nothing here asks for it. */
  accept(fact: Fact, offset: number, late: boolean): Acceptance | null {
    const acceptance = this.measure(fact, offset, late);
    if (acceptance?.outcome === 'accepted') this.delta.newestOf(this.detector.store, offset, late);
    return acceptance;
  }

  /** Takes in what a source says of itself. */
  hear(report: Heard, offset: number): readonly HitState[] {
    const { source, settledBefore, heldSince, upTo = -1 } = report;
    const p: WrittenSource = [source, settledBefore, heldSince, upTo];
    this.delta.change({ p, o: offset });
    this.sources.note(report);
    if (this.measures && this.sources.heldSince > this.sourcesLacked) {
      // A source began anew without what was before: facts of then may never have been sent.
      this.lackBefore(Math.max(this.detector.memory.heldSince, this.sources.heldSince));
    }
    return this.beginWhereReady(offset);
  }

  /** Whether these rules run already. */
  runs(rules: RuleSet): boolean {
    const runs = rules === this.given || sameRules(rules, this.rules);
    if (runs) this.given = rules;
    return runs;
  }

  /** See `PartitionState.takeUnpublished`. */
  takeUnpublished(): readonly HitState[] {
    const states = this.unpublished;
    this.unpublished = [];
    return states;
  }

  /** Runs other rules where they differ from those that run. @param now milliseconds since 1970 */
  useRules(rules: RuleSet, lastOffset: number, now: number): readonly HitState[] {
    if (this.runs(rules)) return [];
    this.given = rules;
    this.delta.change({ ...documentsOf(rules), o: lastOffset, t: now });
    return this.setRules(rules, lastOffset, now);
  }

  /** Forgets a part of what no window needs of facts that can still come in time. */
  settle(records: number): void {
    const { settledBefore } = this.sources;
    // What is held is all there is of it, until it begins.
    if (settledBefore === -Infinity || this.asksPast) return;
    if (settledBefore > this.detector.memory.settledBefore) this.delta.change({ s: settledBefore });
    this.forget(settledBefore, homesSweptPerBatch + 2 * records);
  }

  /** The changes since the last call, as a delta for the window store. */
  takeDelta(): Buffer {
    return this.delta.take();
  }

  /** All that is held, as chunks for the window store. */
  *snapshot(): Generator<Buffer> {
    const head: Head = {
      sources: this.sources.written(),
      waits: this.measures ? null : documentsOf(this.rules),
      interrupted: this.interrupted,
      asksPast: this.asksPast,
      sourcesLacked: finite(this.sourcesLacked),
    };
    yield Buffer.from(writeHead(head), 'utf8');
    for (const part of snapshotOf(this.detector)) yield Buffer.from(part, 'utf8');
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

  private askPast(): void {
    this.asksPast = true;
    this.delta.change({ a: true });
  }

  private withoutPast(lastOffset: number): readonly HitState[] {
    this.asksPast = false;
    return this.beginWhereReady(lastOffset);
  }

  private lackBefore(time: number): void {
    this.detector.memory.heldSince = time;
    this.detector.memory.lostBefore = time;
  }

  private get mayBegin(): boolean {
    return !this.measures && this.sources.missing === 0 && this.isNeeded();
  }

  /** Begins to measure once every source has said that all it held has been sent. */
  private beginWhereReady(offset: number): readonly HitState[] {
    if (!this.mayBegin || this.asksPast) return [];
    const { memory } = this.detector;
    memory.heldSince = Math.max(memory.heldSince, this.sources.heldSince);
    // Whatever the reason, the lane has never had it: nobody knows what raising would follow from.
    if (memory.heldSince > -Infinity) memory.lostBefore = memory.heldSince;
    this.sourcesLacked = this.sources.heldSince;
    const { detector, states } = this.detector.beginLane(this.at.lane, this.rules, this.place(offset));
    this.detector = detector;
    return states;
  }

  private forget(settledBefore: number, homes: number): void {
    this.detector.forget(settledBefore + this.detector.rules.lateness, homes);
  }

  private apply(change: Change | FactChange): void {
    if ('f' in change) this.acceptAgain(change);
    else if ('p' in change) {
      const [source, settledBefore, heldSince, upTo = -1] = change.p;
      this.hear({ source, settledBefore, heldSince, upTo }, change.o);
    } else if ('s' in change) this.forget(change.s, homesSweptPerBatch);
    else if ('h' in change) this.lackBefore(change.h);
    else if ('a' in change) this.redoAsking(change);
    else this.unpublished = this.setRules(rulesOf(change), change.o, change.t);
  }

  private redoAsking(change: Extract<Change, { readonly a: boolean }>): void {
    if (change.a) this.askPast();
    else this.withoutPast(change.o);
  }

  private measure(fact: Fact, offset: number, late: boolean): Acceptance | null {
    if (this.detector.homeKeyOf(fact) === null) return null;
    return this.detector.accept(fact, { ...this.place(offset), late });
  }

  private acceptAgain({ f: fact, o: offset, l: late = false }: FactChange): void {
    const outcome = this.measure(fact, offset, late)?.outcome ?? null;
    if (outcome === 'accepted') return;
    throw cannotRedo(
      `${this.at.topic}/${this.at.partition}`,
      fact,
      outcome === null ? 'without a key here' : `a ${outcome}`,
    );
  }
}
