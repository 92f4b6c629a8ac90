import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector } from './detector';
import { at, fact, hour, noon, perHour } from './given.spec';

const day = 24 * hour;

/** Every fact is a hit as far as the measure goes. */
const always = (id: string, given: Partial<RuleSpec> = {}): RuleSpec =>
  perHour(id, { threshold: { atLeast: 1 }, ...given });
const cooling = always('cooling', { raise: { on: { cooldown: 'P7D' }, severity: 'high' } });
const crossing = always('crossing', { raise: { on: 'crossing', severity: 'high' } });
const ofLater = always('later', { effectiveFrom: '2030-01-01T00:00:00Z' });

/** What is raised by a fact whose predecessor was forgotten, though not that it was a hit. */
function raisedLater(before: readonly RuleSpec[], after: readonly RuleSpec[]): readonly string[] {
  const detector = new Detector(compileRules(before));
  const take = (one: ReturnType<typeof fact>): readonly string[] => {
    const accepted = detector.accept(one, at(0));
    detector.forget(one.occurredAt);
    return accepted.outcome === 'accepted' ? accepted.states.map(({ rule: of, status }) => `${of} ${status}`) : [];
  };
  take(fact('first', noon));
  take(fact('other', noon + 3 * day, { accountId: 'A2' }));
  if (after !== before) detector.setRules(compileRules(after), at(0));
  return take(fact('second', noon + 4 * day));
}

describe('what is remembered of hits whose facts are forgotten', () => {
  const both = [cooling, crossing];

  it('keeps the next fact from being raised', () => {
    expect(raisedLater(both, both)).toEqual([]);
  });

  it('goes on doing so where rules change that have nothing to do with it', () => {
    expect(raisedLater(both, [...both, ofLater])).toEqual([]);
  });

  it('ends with the version that remembered it', () => {
    expect(raisedLater(both, [cooling, { ...crossing, version: 2 }])).toEqual(['crossing raised']);
  });
});
