import { laneKeyOf, lanesOf, type Fact, type RuleSet } from '@weir/domain';

/** A lane that facts are keyed anew for. */
interface KeyedLane {
  readonly keyOf: (fact: Fact) => string | null;
  /** Identity of the topic that was handed what is held; null: none was. */
  readonly topic: string | null;
  /** What occurred before this time (ms) may be missing there. */
  readonly heldSince: number;
}

/** A lane as it is written down; infinite times stand as null. */
export type WrittenLane = readonly [name: string, topic: string | null, heldSince: number | null];

/** The lanes that a partition of the facts topic keys its facts anew for: those that its rules need. */
export class KeyedLanes {
  private lanes: ReadonlyMap<string, KeyedLane> = new Map();

  /** Reads the key of a fact in each lane. */
  keysOf: ReadonlyMap<string, (fact: Fact) => string | null> = new Map();

  /** As written down, under the rules of then. */
  static restore(written: readonly WrittenLane[], rules: RuleSet): KeyedLanes {
    const lanes = new KeyedLanes();
    lanes.set(
      written.map(([name, topic, heldSince]) => [
        name,
        { topic, heldSince: heldSince ?? -Infinity, keyOf: laneKeyOf(name, rules.rules) },
      ]),
    );
    return lanes;
  }

  /** Follows a change of the rules. Lanes that are new begin with the facts that are held: those since `heldSince` (ms). */
  use({ rules }: RuleSet, heldSince: number): void {
    this.set(
      lanesOf(rules).map((name) => {
        const known = this.lanes.get(name) ?? { topic: null, heldSince };
        return [name, { ...known, keyOf: laneKeyOf(name, rules) }];
      }),
    );
  }

  /** Whether the topic of a lane, known by its identity, must still be handed what is held. */
  owes(name: string, identity: string): boolean {
    return this.lanes.get(name)?.topic !== identity;
  }

  /**
   * The topic of a lane, known by its identity, has been handed what is held.
   * @param again what holds where another topic of that name had it before, which is gone with all that was in it (ms)
   * @returns what occurred before this time (ms) may be missing there
   */
  handedOver(name: string, identity: string, again: number): number {
    const lane = this.lanes.get(name);
    if (lane === undefined) throw new Error(`Facts are not keyed for the lane "${name}".`);
    const heldSince = lane.topic === null ? lane.heldSince : again;
    this.set([...this.lanes, [name, { ...lane, topic: identity, heldSince }]]);
    return heldSince;
  }

  /** Each lane of which a topic, known by its identity, was handed what is held, and the time (ms) before which facts may be missing there. */
  handed(): readonly { readonly lane: string; readonly topic: string; readonly heldSince: number }[] {
    return [...this.lanes].flatMap(([lane, { topic, heldSince }]) =>
      topic === null ? [] : [{ lane, topic, heldSince }],
    );
  }

  /** All of it, to be written down. */
  written(): readonly WrittenLane[] {
    return [...this.lanes].map(([name, { topic, heldSince }]) => [name, topic, finite(heldSince)]);
  }

  private set(lanes: readonly (readonly [string, KeyedLane])[]): void {
    this.lanes = new Map(lanes);
    this.keysOf = new Map([...this.lanes].map(([name, { keyOf }]) => [name, keyOf]));
  }
}

/** A time as JSON can hold it: an infinite one as null. */
export const finite = (time: number): number | null => (Number.isFinite(time) ? time : null);
