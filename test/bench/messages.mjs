/** Facts as upstream sends them, about 344 bytes each, and rules that look at them. The same seed gives the same bytes. */

/** Random numbers in [0, 1) from a seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const beginsAt = Date.parse('2026-03-02T00:00:00+08:00');
const types = ['transfer', 'purchase', 'cash-withdrawal', 'cash-deposit', 'remittance'];
const channels = ['ebank', 'mobile', 'atm', 'counter', 'pos'];

/** Writes a time with the offset of Shanghai. */
const written = (t) => new Date(t + 8 * 3_600_000).toISOString().replace('Z', '+08:00');

/**
 * Messages one after the other.
 * @param accounts how many accounts there are
 * @param apart event time between two facts, ms
 * @param late part of the facts that come ten minutes late, within the lateness
 */
export function messages({ seed = 1, accounts = 10_000, apart = 50, late = 0 } = {}) {
  const random = randomFrom(seed);
  const below = (n) => Math.floor(random() * n);
  let number = 0;
  const one = () => {
    number++;
    const account = below(accounts);
    const t = beginsAt + number * apart - (random() < late ? 600_000 : 0);
    return JSON.stringify({
      id: `T20260302-${String(number).padStart(9, '0')}`,
      kind: 'transaction',
      occurredAt: written(t),
      accountId: `62220202001${String(account).padStart(8, '0')}`,
      customerId: `C${String(account >> 1).padStart(9, '0')}`,
      counterpartyId: `62284804028${String(below(accounts)).padStart(8, '0')}`,
      direction: random() < 0.5 ? 'out' : 'in',
      type: types[below(types.length)],
      channel: channels[below(channels.length)],
      amount: `${below(9_000) + 1}.${String(below(100)).padStart(2, '0')}`,
      currency: 'CNY',
      branchId: `B${String(below(40)).padStart(3, '0')}`,
      deviceId: `D${String(account).padStart(7, '0')}`,
      attributes: { certificate: random() < 0.5 },
    });
  };
  /** The next messages as bytes. */
  return (howMany) => Array.from({ length: howMany }, () => Buffer.from(one()));
}

const lengths = ['PT1M', 'PT5M', 'PT10M', 'PT30M', 'PT1H', 'PT6H', 'P1D', 'P7D', 'P14D', 'P30D'];

/** Counts and sums over windows from a minute to thirty days, under conditions of which several share some. About one fact in 300 is a hit. */
export function rules(howMany, { window, by = ['accountId'] } = {}) {
  return Array.from({ length: howMany }, (_, n) => {
    const sliding = window ?? lengths[n % lengths.length];
    const counts = n % 2 === 0;
    return {
      id: `bench-${n}`,
      title: { en: `Benchmark ${n}`, zh: `基准${n}` },
      source: 'benchmark',
      version: 1,
      effectiveFrom: '1970-01-01T00:00:00Z',
      lateness: 'PT1H',
      on: 'transaction',
      when: [
        { field: 'channel', in: channels.slice(0, 2 + (n % 3)) },
        ...(n % 3 === 0 ? [{ field: 'direction', equals: 'out' }] : []),
        ...(n % 5 === 0 ? [{ field: 'amount', atLeast: `${100 * (1 + (n % 4))}.00` }] : []),
      ],
      trigger: [],
      measure: { ...(counts ? { count: 'facts' } : { sum: 'amount' }), by, window: { sliding } },
      threshold: counts
        ? { above: 400 + n }
        : { above: `${n === 1 && window === undefined ? 20_000 : 3_000_000 + n}.00`, currency: 'CNY' },
      raise: { on: n % 7 === 0 ? 'crossing' : 'every', severity: 'high' },
      review: { confirmWithCustomer: false, due: 'P1D' },
    };
  });
}
