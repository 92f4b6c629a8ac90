import { compileRules, Detector, type Acceptance } from '@weir/domain';
import { foldStates, standingStates, type LastStates } from '@weir/testing';
import { hitWords, stateWords } from './golden';
import { timelines } from './timelines';

/** What became of one fact, in the words of the timelines. */
function words(acceptance: Acceptance): string[] {
  if (acceptance.outcome !== 'accepted') return [acceptance.outcome];
  return [...(acceptance.late ? ['late'] : []), ...acceptance.states.map(stateWords)];
}

describe('the detector agrees with the timelines written by hand', () => {
  it.each(timelines.map((golden) => [golden.name, golden] as const))('%s', (_name, golden) => {
    // given
    const detector = new Detector(compileRules(golden.rules));
    const last: LastStates = new Map();

    // when
    const became = golden.timeline.map(([fact], offset) => {
      const acceptance = detector.accept(fact, { topic: 'weir.facts.v1', partition: 3, offset });
      if (acceptance.outcome === 'accepted') foldStates(last, acceptance.states);
      return words(acceptance).sort();
    });

    // then
    expect(became).toEqual(golden.timeline.map(([, ...want]) => [...want].sort()));
    const standing = standingStates(last);
    expect(standing.map(hitWords).sort()).toEqual([...golden.standing].sort());
    for (const hit of standing) {
      const from = golden.windowFrom?.[hit.fact.id];
      if (from !== undefined) expect(hit.evidence.window?.from).toBe(Date.parse(from));
    }
  });
});

describe('the timelines', () => {
  it('pin every line of SEMANTICS.md about facts, windows, raising and versions that one partition can show', () => {
    const pinned = new Set(timelines.flatMap((golden) => golden.pins));

    expect([...pinned].sort((a, b) => a - b)).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17]);
    expect(timelines.length).toBeGreaterThanOrEqual(20);
    expect(new Set(timelines.map((golden) => golden.name)).size).toBe(timelines.length);
  });
});
