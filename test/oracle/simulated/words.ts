import { createHash } from 'node:crypto';
import { canonicalJson, type HitState, type Json } from '@weir/domain';
import type { StandingHit } from '../hit.sql';

/**
 * A hit in a few words that say all that does not depend on the order of arrival: `rule@version source/id` and the hash of everything
 * that is said of it. A million facts make so many hits that their evidence would not fit into memory.
 */
export function wordsOf(hit: StandingHit | HitState): string {
  const { hitId, rule, version, severity, recommend, group, fact, evidence } = hit;
  const said = { hitId, rule, version, severity, recommend, group, fact, evidence } as unknown as Json;
  const hash = createHash('sha256').update(canonicalJson(said)).digest('base64url');
  return `${rule}@${version} ${fact.source}/${fact.id} ${hash}`;
}
