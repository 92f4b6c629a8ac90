import type { Agreement } from './agree';
import { coverageOf, type Covered } from './coverage';

/** Expects every course to end with exactly the oracle's hits, and the same evaluations in error where facts arrive in order. */
export function expectAgreement({ oracle, courses }: Agreement, facts: number): void {
  for (const { course, sent, accepted, duplicates, late, ...ended } of courses) {
    const differing = { missing: ended.missing, extra: ended.extra, different: ended.different };
    expect({ course, ...differing }).toEqual({ course, missing: [], extra: [], different: [] });
    expect({ course, accepted, duplicates, late }).toEqual({
      course,
      accepted: facts,
      duplicates: sent - facts,
      late: 0,
    });
    expect(ended.hits).toBe(oracle.hits.size);
    if (course === 'in order') expect(ended.errors).toEqual(oracle.errors);
    // Courses that changed nothing on the way would prove little.
    else expect(ended.states.withdrawn).toBeGreaterThan(0);
    if (course === 'repeated') expect(duplicates).toBeGreaterThan(facts / 25);
  }
}

/** Expects hits of every measure, window and way of raising. */
export function expectCoverage({ rules, oracle }: Agreement): void {
  const { measures, windows, raising } = coverageOf(rules, oracle);
  const uncovered = (some: readonly Covered[]): readonly string[] =>
    some.filter(({ hits }) => hits === 0).map(({ kind }) => kind);
  expect({ measures: uncovered(measures), windows: uncovered(windows), raising: uncovered(raising) }).toEqual({
    measures: [],
    windows: [],
    raising: [],
  });
}
