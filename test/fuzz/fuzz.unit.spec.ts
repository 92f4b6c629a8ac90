import { compileRules } from '@weir/domain';
import { simulate } from '../../apps/weir/simulation/simulate';
import { fewSimulatedRules } from '../oracle/simulated/given';
import { expectFuzz } from './expect-fuzz';
import { fuzzedMessages } from './messages';
import { runFuzz } from './run-fuzz';

describe('broken messages', () => {
  it('given twelve thousand, each is accepted, a duplicate, or refused for a reason, and nothing breaks', async () => {
    // `npm run test:long -- fuzz` does the same with a million.
    const [seed, most] = [20261122, 12_000];
    const { rules, references } = await fewSimulatedRules();
    const bank = simulate({ seed, accounts: 300, from: Date.parse('2026-01-01T00:00:00+08:00'), days: 3_000 });
    const outcome = runFuzz(compileRules(rules, references), fuzzedMessages(bank, most, seed));
    expectFuzz(outcome, most);
  }, 120_000);
});
