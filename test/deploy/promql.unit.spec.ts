import { mentionsOf, splitBound } from './promql';

describe('mentionsOf', () => {
  test.each([
    ['up', [['up', []]], []],
    ['sum by (job, le) (rate(a_bucket{job=~"x|y{}", from!="b"}[5m]))', [['a_bucket', ['job', 'from']]], ['job', 'le']],
    [
      'sum(a) / on (job) group_left (x) b or vector(0)',
      [
        ['a', []],
        ['b', []],
      ],
      ['job', 'x'],
    ],
    [
      'histogram_quantile(0.99, sum without (pod) (a:b)) * (c == bool 0) > 1e3',
      [
        ['a:b', []],
        ['c', []],
      ],
      ['pod'],
    ],
    [
      'max_over_time(a{b="by (c)"}[1h:5m]) offset 5m unless b',
      [
        ['a', ['b']],
        ['b', []],
      ],
      [],
    ],
    ['time() - process_start_time_seconds', [['process_start_time_seconds', []]], []],
  ])('finds the metrics and labels of %s', (expression, selectors, grouping) => {
    const mentions = mentionsOf(expression);
    expect(mentions.selectors.map(({ metric, labels }) => [metric, labels])).toEqual(selectors);
    expect(mentions.grouping).toEqual(grouping);
  });

  test('gives each selector as it is written', () => {
    const { selectors } = mentionsOf('sum(rate(a{ x = "1" }[5m])) / sum(b)');
    expect(selectors.map(({ text }) => text)).toEqual(['a{ x = "1" }', 'b']);
  });
});

describe('splitBound', () => {
  test('takes the bound off the end, and no comparison before it', () => {
    expect(splitBound('sum(a) * (b == bool 0) > 0\n')).toEqual({ measured: 'sum(a) * (b == bool 0)', bound: '> 0' });
    expect(splitBound('up{job=~"weir.*"} < 1')).toEqual({ measured: 'up{job=~"weir.*"}', bound: '< 1' });
    expect(splitBound('a > 0.5')).toEqual({ measured: 'a', bound: '> 0.5' });
  });

  test('refuses an expression without one', () => {
    expect(() => splitBound('absent(up)')).toThrow('An alert');
  });
});
