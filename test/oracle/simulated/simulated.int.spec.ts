import { simulate } from '../../../apps/weir/simulation/simulate';
import { useOracle } from '../use-oracle';
import { agreementOn } from './agree';
import { expectAgreement, expectCoverage } from './expect-agreement';

const { sql } = useOracle();
/** The first moment of the bank. */
const from = Date.parse('2026-01-01T00:00:00+08:00');

describe('engine and oracle over some days of a simulated bank', () => {
  it('agree on every hit that stands: in order, shuffled within the lateness, and with repetitions', async () => {
    // `npm run test:long -- oracle` does the same with a million.
    const settings = { seed: 5, accounts: 150, facts: 5_000 };
    const agreement = await agreementOn(sql(), simulate({ ...settings, from, days: 3_000 }), settings);
    expectAgreement(agreement, settings.facts);
    expectCoverage(agreement);
  }, 240_000);
});
