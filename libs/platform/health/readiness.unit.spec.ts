import { Readiness } from './readiness';

describe('Readiness', () => {
  let now = 0;
  const clock = () => now;
  beforeEach(() => (now = 1_000_000));

  test('given no check, it is ready', async () => {
    expect(await new Readiness(clock).report()).toEqual({ status: 'ok', checks: [] });
  });

  test('given many probes within a second, checks run once; after it they run again', async () => {
    const check = jest.fn(() => Promise.resolve());
    const readiness = new Readiness(clock);
    readiness.add('store', check);
    await Promise.all([readiness.report(), readiness.report()]);
    now += 999;
    await readiness.report();
    expect(check).toHaveBeenCalledTimes(1);
    now += 1;
    await readiness.report();
    expect(check).toHaveBeenCalledTimes(2);
  });

  test('given a clock that went back, a report is not served for ever', async () => {
    const check = jest.fn(() => Promise.resolve());
    const readiness = new Readiness(clock);
    readiness.add('store', check);
    await readiness.report();
    now -= 3_600_000;
    await readiness.report();
    expect(check).toHaveBeenCalledTimes(2);
  });

  test('given one that fails, throws or never answers, each is named and the others still run', async () => {
    jest.useFakeTimers();
    try {
      const readiness = new Readiness(clock);
      readiness.add('good', () => Promise.resolve());
      readiness.add('away', () => Promise.reject(new Error('connection refused')));
      readiness.add('thrown', () => {
        throw new Error('at once');
      });
      readiness.add('silent', () => new Promise(() => undefined));
      const report = readiness.report();
      await jest.advanceTimersByTimeAsync(2_000);
      expect(await report).toEqual({
        status: 'error',
        checks: [
          { name: 'good', status: 'ok' },
          { name: 'away', status: 'error', message: 'connection refused' },
          { name: 'thrown', status: 'error', message: 'at once' },
          { name: 'silent', status: 'error', message: 'no answer within 2 s' },
        ],
      });
    } finally {
      jest.useRealTimers();
    }
  });

  test('given a name that is taken, adding is refused', () => {
    const readiness = new Readiness(clock);
    readiness.add('store', () => Promise.resolve());
    expect(() => readiness.add('store', () => Promise.resolve())).toThrow('already');
  });
});
