import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileRules } from '@weir/domain';
import { simulate } from '../../apps/weir/simulation/simulate';
import { root } from '../harness/weir-command';
import { fewSimulatedRules } from '../oracle/simulated/given';
import { expectFuzz } from './expect-fuzz';
import { fuzzedMessages } from './messages';
import { reportOf } from './report';
import { runFuzz } from './run-fuzz';

describe('a million broken messages', () => {
  it('are each accepted, a duplicate, or refused for a reason, and nothing breaks', async () => {
    const seed = Number(process.env['WEIR_FUZZ_SEED'] ?? '20261122');
    const most = 1_000_000;
    const { rules, references } = await fewSimulatedRules();
    const bank = simulate({ seed, accounts: 4_000, from: Date.parse('2026-01-01T00:00:00+08:00'), days: 3_000 });
    const outcome = runFuzz(compileRules(rules, references), fuzzedMessages(bank, most, seed));
    expectFuzz(outcome, most);
    const ids = new Set(rules.map(({ id }) => id));
    await writeFile(join(root, 'docs/generated/fuzz-report.md'), reportOf(seed, ids.size, outcome));
  }, 7_200_000);
});
