import { alertSeverities, graver, positionAgainst, stands, type HitPosition } from './alert-hit';
import { alertStreamOf } from './alert-id';

const known: HitPosition = { topic: 'weir.facts.v1', partition: 3, offset: 10, step: 2 };

describe('where a state was made, against the newest known', () => {
  it.each<[string, Partial<HitPosition>, string]>([
    ['a later offset', { offset: 11, step: 0 }, 'newer'],
    ['an earlier offset', { offset: 9, step: 5 }, 'not-newer'],
    ['a later step at the same offset', { step: 3 }, 'newer'],
    ['the same place', {}, 'not-newer'],
    ['an earlier step at the same offset', { step: 1 }, 'not-newer'],
    ['another partition', { partition: 4, offset: 99 }, 'foreign'],
    ['another topic', { topic: 'weir.facts.v2', offset: 99 }, 'foreign'],
  ])('%s', (_what, given, expected) => {
    expect(positionAgainst({ ...known, ...given }, known)).toBe(expected);
  });
});

describe('a hit', () => {
  it('stands unless it was withdrawn', () => {
    expect((['raised', 'revised', 'withdrawn', 'reinstated'] as const).filter(stands)).toEqual([
      'raised',
      'revised',
      'reinstated',
    ]);
  });

  it('lends its alert the graver severity', () => {
    const table = alertSeverities.map((a) => alertSeverities.map((b) => graver(a, b)));

    expect(table).toEqual([
      ['low', 'medium', 'high', 'critical'],
      ['medium', 'medium', 'high', 'critical'],
      ['high', 'high', 'high', 'critical'],
      ['critical', 'critical', 'critical', 'critical'],
    ]);
  });
});

describe('the stream of an alert', () => {
  it('is named after it', () => {
    expect(alertStreamOf('0123')).toBe('alert-0123');
  });
});
