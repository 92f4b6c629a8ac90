import { runOnce } from './run-once';

describe('once and only once, in short', () => {
  it('given load and one fault of several kinds after another, what stands is what the oracle finds, each on one alert', async () => {
    const { faults, wanted, load } = await runOnce({
      seed: Number(process.env['WEIR_ONCE_SEED'] ?? '1'),
      faults: ['killedBeforeCheckpoint', 'pausedBeforeCheckpoint', 'emptied', 'redis', 'postgres', 'kafka'],
      partitions: 4,
      detectors: 2,
      rate: 200,
      accounts: 3_000,
      days: 6,
      session: 'PT4S',
      wait: [200, 1_000],
      endWithin: 120_000,
    });
    expect(faults).toHaveLength(6);
    // It would prove little without these.
    expect(load.sent.repeated).toBeGreaterThan(10);
    expect(load.sent.misplaced).toBeGreaterThan(10);
    expect(wanted.hits.size).toBeGreaterThan(100);
  }, 400_000);
});
