import { ways } from './messages';
import type { FuzzOutcome } from './run-fuzz';

/** No message may take longer, ms; on a busy machine a pause of the collector is part of it. */
const longest = 5_000;

/** Expects every message to have ended in one known way, in time. @param sent how many were sent */
export function expectFuzz({ byOutcome, byWay, slowest, ...outcome }: FuzzOutcome, sent: number): void {
  expect(outcome.sent).toBe(sent);
  expect([...byOutcome.values()].reduce((sum, times) => sum + times, 0)).toBe(sent);
  expect(byOutcome.get('internal-error')).toBeUndefined();
  expect(slowest.ms).toBeLessThan(longest);
  // It would prove little without these.
  expect([...byWay.keys()].sort()).toEqual([...ways].sort());
  expect(byOutcome.get('accepted') ?? 0).toBeGreaterThan(sent / 3);
  expect(byOutcome.get('duplicate') ?? 0).toBeGreaterThan(sent / 100);
  expect(byOutcome.get('conflicting-id') ?? 0).toBeGreaterThan(sent / 100);
  expect(outcome.states).toBeGreaterThan(0);
}
