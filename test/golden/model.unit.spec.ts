import { arrivals, hitsAfter, latenessOf } from '@weir/testing';
import { hitWords } from './golden';
import { timelines } from './timelines';

describe('the brute-force model agrees with the timelines written by hand', () => {
  it.each(timelines.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    // given
    const facts = golden.timeline.map(([fact]) => fact);

    // when
    const arrived = arrivals(facts, latenessOf(golden.rules));
    const standing = hitsAfter(golden.rules, facts);

    // then
    expect(standing.map(hitWords).sort()).toEqual([...golden.standing].sort());
    for (const hit of standing) {
      const from = golden.windowFrom?.[hit.fact.id];
      if (from !== undefined) expect(hit.evidence.window?.from).toBe(Date.parse(from));
    }
    expect(arrived.map((one) => (one.outcome !== 'accepted' ? one.outcome : one.late ? 'late' : 'accepted'))).toEqual(
      golden.timeline.map(
        ([, ...want]) => want.find((word) => ['duplicate', 'conflict', 'late'].includes(word)) ?? 'accepted',
      ),
    );
  });
});
