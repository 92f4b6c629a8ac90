import { Histogram, Registry } from 'prom-client';
import { TallyHistogram } from './tally-histogram';

describe('TallyHistogram', () => {
  it('is written down as the histogram of prom-client that has observed the same', async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const description = { name: 'delay_seconds', help: 'Delay.', buckets: [0.1, 1, 60] };
    const tallied = new TallyHistogram({ ...description, registers: [ours] });
    const observed = new Histogram({ ...description, registers: [theirs] });
    expect(await ours.metrics()).toBe(await theirs.metrics());
    for (const value of [0, 0.1, 0.1000001, 1, 59, 60, 61, 1e9]) {
      tallied.tally(value);
      observed.observe(value);
    }
    expect(await ours.metrics()).toBe(await theirs.metrics());
    expect((await ours.getMetricsAsJSON())[0]).toMatchObject({ name: 'delay_seconds', type: 'histogram' });
  });
});
