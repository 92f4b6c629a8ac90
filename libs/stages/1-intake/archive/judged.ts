import type { Judgement } from '@weir/platform/facts-archive';
import type { AcceptedFact } from '../intake.pipeline';
import { Watermark } from './watermark';

/**
 * Which facts of a batch are late, and how far upstream has come behind it, as detection has it: a fact that lives in the partition and
 * that detection refuses, as it knows the name, moves no watermark. One that lives elsewhere is moved home unlooked at, and does.
 * @param refuses whether detection knew the name of the fact at an index when it came; only asked of facts that live here
 */
export function judged(
  facts: readonly Pick<AcceptedFact, 'fact' | 'home' | 'movedLate'>[],
  partition: number,
  watermark: number | null,
  lateness: number,
  refuses: (index: number) => boolean,
): Judgement {
  const moving = new Watermark(watermark);
  const late = facts.map(({ fact: { occurredAt }, home, movedLate }, index) =>
    home === partition && refuses(index)
      ? moving.wouldBeLate(occurredAt, movedLate, lateness)
      : moving.isLate(occurredAt, movedLate, lateness),
  );
  return { late, watermark: moving.value };
}
