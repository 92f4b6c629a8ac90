import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../harness/weir-command';
import { reportOf } from './report';
import { runBurst } from './run-burst';

describe('a burst', () => {
  it(
    'given ten times what a detector manages for five minutes, it stays small, stays in its groups, and catches up',
    async () => {
      const settings = {
        partitions: 4,
        accounts: 3_000,
        times: 10,
        // Ten times as long must be waited afterwards: less, for a quick look.
        burstMs: Number(process.env['WEIR_BURST_SECONDS'] ?? '300') * 1_000,
        warmUp: 5_000,
        backlog: 40_000,
        everyMs: 10_000,
        drainWithin: 2 * 3_600_000,
      };
      const outcome = await runBurst(settings);
      await writeFile(join(root, 'docs/generated/burst-report.md'), reportOf(settings, outcome));
      // It was a burst, it was seen, and it passed.
      expect(outcome.burst).toBeGreaterThan(0.95 * settings.times * outcome.sustainable);
      expect(Math.max(...outcome.figures.map(({ lag }) => lag))).toBeGreaterThan(outcome.sustainable * 10);
      expect(outcome.figures.at(-1)).toMatchObject({ lag: 0, rekeyedLag: 0 });
      expect(outcome.counted).toBe(outcome.sent);
      expect(outcome.peakMiB).toBeLessThan(1_024);
      expect(outcome.rebalances).toBe(0);
    },
    3 * 3_600_000,
  );
});
