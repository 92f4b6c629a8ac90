/** One version of something that governs event times from `from` (ms) until the next version's. */
export interface Governed<T> {
  readonly version: number;
  readonly from: number;
  readonly content: T;
}

/** Order of versions. */
export const byVersion = (a: Governed<unknown>, b: Governed<unknown>): number => a.version - b.version;

/**
 * The version that governs `t` (ms): of those that have begun the one with the greatest number, since each version ends
 * where a later one begins.
 * @param versions sorted by number
 */
export function governing<T>(versions: readonly Governed<T>[], t: number): Governed<T> | undefined {
  for (let at = versions.length - 1; at >= 0; at--) {
    const version = versions[at];
    if (version !== undefined && version.from <= t) return version;
  }
  return undefined;
}
