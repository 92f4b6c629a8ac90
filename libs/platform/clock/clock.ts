/** Milliseconds since 1970, UTC. */
export type Clock = () => number;

/** Injection token of the clock. */
export const CLOCK = Symbol('clock');

/** The machine's clock. */
export const systemClock: Clock = () => Date.now();
