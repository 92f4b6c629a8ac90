import { Flaw } from './flaw';

/** What a step may know beside its input. */
export interface StepContext {
  readonly settings: IntakeSettings;
  /** Arrival of the record, ms since 1970. */
  readonly arrivedAt: number;
}

/** What the reading of facts depends on. */
export interface IntakeSettings {
  /** Partitions of the facts topic: home partitions are counted by it. */
  readonly partitions: number;
  /** How far `occurredAt` may lie after arrival, ms. */
  readonly maxFutureMs: number;
  /**
   * The clock of whoever reads, ms. A record's time is no proof of its arrival where a producer wrote it (a topic with
   * CreateTime): nothing arrives later than it is read. Left out: the record's time is believed.
   */
  readonly now?: () => number;
  /** Largest record in bytes that is read; left out: the contract's. */
  readonly maxFactBytes?: number;
}

/** One step: what comes in becomes what goes out, or a flaw that ends the path of this record. */
export type Step<In, Out> = (input: In, context: StepContext) => Out | Flaw;

/** Steps one after another; the first flaw ends the path. */
export interface Path<In, Out> {
  readonly run: Step<In, Out>;
  then<Next>(step: Step<Out, Next>): Path<In, Next>;
}

/** Begins a path with its first step. */
export function path<In, Out>(first: Step<In, Out>): Path<In, Out> {
  return pathOf([first as Step<unknown, unknown>]);
}

/** `then` of the steps before vouches for what each step is given; one loop over all is faster than calls in calls. */
function pathOf<In, Out>(steps: readonly Step<unknown, unknown>[]): Path<In, Out> {
  return {
    run: (input, context) => {
      let value: unknown = input;
      for (const step of steps) {
        value = step(value, context);
        if (value instanceof Flaw) return value;
      }
      return value as Out;
    },
    then: (step) => pathOf([...steps, step as Step<unknown, unknown>]),
  };
}

/** A step that takes the shortcut; where that gives undefined, which means that it is not sure, the full way. */
export const withShortcut =
  <In, Out>(shortcut: (input: In, context: StepContext) => Out | undefined, { run }: Path<In, Out>): Step<In, Out> =>
  (input, context) =>
    shortcut(input, context) ?? run(input, context);

/**
 * A path that never throws. No input should make a step throw; should one, that is a defect of Weir, which must neither
 * stop the batch nor lose the record: it is refused as `internal-error`, counted, and can be sent again once mended.
 */
export function guarded<In, Out>({ run }: Path<In, Out>): Step<In, Out> {
  return (input, context) => {
    try {
      return run(input, context);
    } catch (error) {
      return new Flaw('internal-error', `Weir failed on this record, a defect of Weir: ${String(error)}.`);
    }
  };
}
