import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../harness/weir-command';
import { simulate } from '../../../apps/weir/simulation/simulate';
import { useOracle } from '../use-oracle';
import { agreementOn } from './agree';
import { expectAgreement, expectCoverage } from './expect-agreement';
import { reportOf } from './report';

const { sql } = useOracle();
/** The first moment of the bank. */
const from = Date.parse('2026-01-01T00:00:00+08:00');

describe('engine and oracle over a million facts of a simulated bank', () => {
  it('agree on every hit that stands: in order, shuffled within the lateness, and with repetitions', async () => {
    const facts = Number(process.env['WEIR_ORACLE_FACTS'] ?? '1000000');
    // Four months, in which every behaviour is planted, however many facts there are.
    const settings = { seed: Number(process.env['WEIR_ORACLE_SEED'] ?? '20261122'), accounts: facts / 250, facts };
    const agreement = await agreementOn(sql(), simulate({ ...settings, from, days: 3_000 }), settings);
    const report = reportOf(settings, agreement);
    process.stdout.write(`${report}\n`);
    expectAgreement(agreement, settings.facts);
    expectCoverage(agreement);
    expect([...agreement.oracle.byRule].filter(([, hits]) => hits === 0)).toEqual([]);
    await writeFile(join(root, 'docs/generated/oracle-report.md'), report);
  }, 7_200_000);
});
