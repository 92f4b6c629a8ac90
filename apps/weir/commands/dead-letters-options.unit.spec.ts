import { Command } from 'commander';
import { filterOf, filterOptions, letterIdsOf, type FilterOptions } from './dead-letters-options';

const now = Date.UTC(2026, 10, 22, 12);

function read(...args: readonly string[]) {
  const command = new Command('list').exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of filterOptions()) command.addOption(option);
  return filterOf(command.parse(args, { from: 'user' }).opts<FilterOptions>());
}

beforeEach(() => {
  jest.useFakeTimers({ now });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the options that choose letters', () => {
  it('restrict nothing where they are left out', () => {
    expect(read()).toEqual({ reasons: [], since: null, until: null, origin: null });
  });

  it('take several reasons, a time with a zone, and a duration before now', () => {
    const args = ['--reason', 'not-json', '--reason', 'too-deep', '--since', 'PT2H', '--origin', 'http/'];
    expect(read(...args, '--until', '2026-11-22T19:30:00+08:00')).toEqual({
      reasons: ['not-json', 'too-deep'],
      since: now - 7_200_000,
      until: Date.UTC(2026, 10, 22, 11, 30),
      origin: 'http/',
    });
  });

  it.each([
    ['--reason', 'broken', 'one of too-large, '],
    ['--since', '2026-11-22', 'not ISO 8601'],
    ['--since', '2026-11-22T10:00:00', 'has no zone'],
    ['--until', 'P', 'not an ISO 8601 duration'],
  ])('refuse %s %s', (option, value, message) => {
    expect(() => read(option, value)).toThrow(message);
  });
});

describe('ids of letters', () => {
  it('that are given twice count once', () => {
    const ids = ['2/17', '0/3', '2/17'].reduce<ReturnType<typeof letterIdsOf>>((all, id) => letterIdsOf(id, all), []);
    expect(ids).toEqual([
      { partition: 2, offset: 17 },
      { partition: 0, offset: 3 },
    ]);
    expect(() => letterIdsOf('17')).toThrow('PARTITION/OFFSET');
  });
});
