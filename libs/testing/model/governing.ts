/** A document of which several versions may govern one after the other. */
export interface Versioned {
  readonly version: number;
  readonly effectiveFrom: string;
}

/**
 * The version that governs an instant (SEMANTICS 17): of those that have begun the one with the greatest number, since every
 * version ends where a later one begins. Undefined where none has begun.
 *
 * @param versions of one document
 */
export function governing<V extends Versioned>(versions: readonly V[], t: number): V | undefined {
  return versions
    .filter((version) => Date.parse(version.effectiveFrom) <= t)
    .reduce<V | undefined>((best, one) => (best === undefined || one.version > best.version ? one : best), undefined);
}
