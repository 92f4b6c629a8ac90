import type { Fact } from '../fact/fact';
import type { RuleSet } from '../rule/rule';
import { Detector, type Acceptance, type Arrival, type LogPlace } from './detector';
import type { HitState } from './hit';
import { lanesOf } from './lane';
import type { Tallied } from './outcome';

/** Detection in one place, without topics between the lanes: all facts come in here, and each lane measures those it knows. */
export class Detection {
  private constructor(
    private readonly source: Detector,
    private lanes: readonly Detector[],
  ) {}

  static begin(rules: RuleSet): Detection {
    return new Detection(
      new Detector(rules),
      lanesOf(rules.rules).map((lane) => new Detector(rules, undefined, lane)),
    );
  }

  /** Latest `occurredAt` (ms) seen, null before the first fact. */
  get watermark(): number | null {
    return this.source.watermark;
  }

  /** The same with each of its detectors exchanged, e.g. for one that was restored from its snapshot. */
  with(exchange: (detector: Detector) => Detector): Detection {
    return new Detection(exchange(this.source), this.lanes.map(exchange));
  }

  /** Takes one fact in. States are those that this fact causes, lane by lane. */
  accept(fact: Fact, arrival: Arrival): Acceptance {
    const accepted = this.source.accept(fact, arrival);
    if (accepted.outcome !== 'accepted') return accepted;
    const states = [...accepted.states];
    for (const lane of this.lanes) {
      if (lane.homeKeyOf(fact) === null) continue;
      const there = lane.accept(fact, { ...arrival, late: accepted.late });
      if (there.outcome === 'accepted') states.push(...there.states);
    }
    return { ...accepted, states };
  }

  /** Runs other rules from now on, see `Detector.setRules`; a lane that is new begins with the facts that are held. */
  setRules(rules: RuleSet, at: LogPlace): readonly HitState[] {
    const running = new Map(this.lanes.map((detector) => [detector.lane, detector]));
    const begun: HitState[] = [];
    const continued: HitState[] = [];
    const begin = (lane: string): Detector => {
      const { detector, states } = this.source.beginLane(lane, rules, at);
      begun.push(...states);
      return detector;
    };
    this.lanes = lanesOf(rules.rules).map((lane) => {
      const detector = running.get(lane);
      if (detector === undefined) return begin(lane);
      continued.push(...detector.setRules(rules, at));
      return detector;
    });
    return [...this.source.setRules(rules, at), ...continued, ...begun];
  }

  /** Forgets what no window needs any more, see `Detector.forget`. */
  forget(watermark: number, homes?: number): void {
    for (const detector of [this.source, ...this.lanes]) detector.forget(watermark, homes);
  }

  /** How evaluations ended since the last call. */
  takeTally(): readonly Tallied[] {
    return [this.source, ...this.lanes].flatMap((detector) => detector.takeTally());
  }
}
