import { createHash } from 'node:crypto';
import { canonicalFact } from '@weir/domain';
import type { ArchivedFact } from '@weir/platform/facts-archive';
import type { AcceptedFact } from '../intake.pipeline';

/** A fact as the archive keeps it, at the place where it was read. */
export function archivedFact(
  { fact, homeKey, home, record, movedLate }: AcceptedFact,
  place: { readonly topic: string; readonly partition: number },
  late: boolean,
): ArchivedFact {
  const canonical = canonicalFact(fact);
  return {
    source: fact.source,
    id: fact.id,
    occurredAt: fact.occurredAt,
    homeKey,
    topic: place.topic,
    partition: place.partition,
    offset: record.offset,
    home,
    moved: movedLate !== null,
    late,
    hash: createHash('sha256').update(canonical, 'utf8').digest('hex'),
    canonical,
  };
}
