import { createHash } from 'node:crypto';
import { canonicalFact, factName, type Fact } from '@weir/domain';

/** What a name turned out to be: new, known with the same content, or known with other content (from which line). */
export type NameOutcome =
  { readonly outcome: 'new' | 'duplicate' } | { readonly outcome: 'conflict'; readonly firstLine: number };

/**
 * Every name of a file with what it stands for: does for a replay what the facts archive's unique index does for the
 * services, whatever account a fact belongs to. About 200 bytes a fact.
 */
export class KnownNames {
  private readonly known = new Map<string, { readonly hash: string; readonly line: number }>();

  /** @param line where the fact stands in the file, from 1 */
  note(fact: Fact, line: number): NameOutcome {
    const name = factName(fact);
    const hash = createHash('sha256').update(canonicalFact(fact)).digest('base64');
    const known = this.known.get(name);
    if (known === undefined) {
      this.known.set(name, { hash, line });
      return { outcome: 'new' };
    }
    return known.hash === hash ? { outcome: 'duplicate' } : { outcome: 'conflict', firstLine: known.line };
  }
}
