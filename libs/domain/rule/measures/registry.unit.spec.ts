import { count } from './count';
import { measureKinds, registryOf } from './registry';
import { sum } from './sum';

describe('the measures', () => {
  it('are known by their verbs; only the own value looks at one fact', () => {
    expect([...measureKinds].map(([verb, { ofOneFact }]) => [verb, ofOneFact])).toEqual([
      ['value', true],
      ['count', false],
      ['sum', false],
      ['average', false],
      ['max', false],
      ['min', false],
      ['distinct', false],
      ['share', false],
      ['run', false],
      ['idle', false],
      ['turn', false],
      ['timesUsual', false],
    ]);
  });

  it('leave where to the engine, but for the run', () => {
    expect([...measureKinds.values()].filter(({ readsWhere }) => readsWhere).map(({ verb }) => verb)).toEqual(['run']);
  });

  it('cannot share a verb', () => {
    expect(() => registryOf([sum, count, sum])).toThrow('"sum"');
  });
});
