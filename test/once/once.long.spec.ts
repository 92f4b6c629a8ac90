import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../harness/weir-command';
import { reportOf } from './report';
import { runOnce } from './run-once';
import type { FaultKind } from './faults';

/** How often each kind strikes: fifty in all. */
const times: Readonly<Record<FaultKind, number>> = {
  killed: 8,
  killedBeforeCheckpoint: 4,
  killedAfterCheckpoint: 2,
  paused: 4,
  pausedBeforeCheckpoint: 4,
  joined: 4,
  left: 4,
  kafka: 5,
  redis: 4,
  emptied: 3,
  emptiedBeforeCheckpoint: 2,
  postgres: 4,
  desk: 2,
};

describe('once and only once', () => {
  it('given load from three producers and fifty faults, what stands is what the oracle finds, each on one alert', async () => {
    const seed = Number(process.env['WEIR_ONCE_SEED'] ?? '20261122');
    const faults = (Object.keys(times) as FaultKind[]).flatMap((kind) => Array<FaultKind>(times[kind]).fill(kind));
    const settings = {
      seed,
      faults,
      partitions: 4,
      detectors: 3,
      rate: 100,
      accounts: 3_000,
      days: 60,
      session: 'PT6S',
      wait: [1_000, 8_000],
      endWithin: 600_000,
    } as const;
    const outcome = await runOnce(settings);
    expect(outcome.faults).toHaveLength(50);
    expect(outcome.wanted.byRule.size).toBe(13);
    await writeFile(join(root, 'docs/generated/once-report.md'), reportOf(settings, outcome));
  }, 5_400_000);
});
