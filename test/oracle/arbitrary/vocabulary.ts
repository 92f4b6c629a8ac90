import fc from 'fast-check';

/** Fields of random facts and what random rules write about them: few values, so that rules and facts meet. */
export const texts: Readonly<Record<string, readonly string[]>> = {
  accountId: ['A1', 'A2'],
  customerId: ['C1', 'C2', ''],
  tellerId: ['T1', 'T2', '7'],
  counterpartyId: ['A1', 'B1', '\u00e9', 'e\u0301'],
  deviceId: ['D1', 'POS-00017'],
  branchId: ['B1', 'B2'],
  type: ['buy', 'sell', 'login', 'login-failed'],
  channel: ['atm', 'ebank', 'counter'],
  direction: ['in', 'out'],
};
export const textFields = Object.keys(texts);

/** Attributes that are groups, keys, products: text, but now and then something else. */
export const labels: readonly unknown[] = [
  ...['x', 'y', 'z', '1', 1, true, 'true', 0.5, ['x']],
  // One value, its names in two orders; names that are whole numbers stand first in JavaScript, and the last two stand otherwise
  // by code points than by UTF-16 units.
  { a: [null, 'x'], b: 1 },
  { b: 1, a: [null, 'x'] },
  [{ 9: 1, 10: 2, '\uff5e': 3, '\u{1f600}': 4 }],
  [{ '\u{1f600}': 4, '\uff5e': 3, 10: 2, 9: 1 }],
];
export const labelFields = ['attributes.product', 'attributes.region', 'attributes.grade'];

/** Attributes that are numbers: `level` always, `points` mostly, `limit` sometimes. */
export const level: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -1, max: 6 }) },
  { weight: 3, arbitrary: fc.constantFrom('0', '1', '2.5', '0.333333', '-0.5', 0.1, 0.2, 0.3, '007', '3.000000') },
);
const oddNumber = fc.constantFrom<unknown>(
  '0.0000001',
  1e-7,
  '9007199254.740991',
  '9007199254.740992',
  'many',
  '',
  '1e3',
  ' 1',
  true,
  [1],
  '1000000000000000000000',
);
export const points: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 60, arbitrary: level },
  { weight: 1, arbitrary: oddNumber },
);
export const limit: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: level },
  { weight: 1, arbitrary: oddNumber },
);

/** Currencies of thresholds and facts, with decimals. */
export const currencies = { CNY: 2, USD: 2, JPY: 0, KWD: 3 } as const;
export type Currency = keyof typeof currencies;
export const currency = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Currency>('CNY') },
  { weight: 2, arbitrary: fc.constant<Currency>('USD') },
  { weight: 1, arbitrary: fc.constantFrom<Currency>('JPY', 'KWD') },
);

/** A decimal of at most so many decimals out of few. */
export const decimalOf = (decimals: number): fc.Arbitrary<string> =>
  fc
    .constantFrom('0', '0.01', '0.02', '0.5', '1', '1.00', '2.5', '3', '10', '0.333333', '0.666667', '100.00')
    .map((text) => cut(text, decimals));

const cut = (text: string, decimals: number): string => {
  const [whole = '0', fraction = ''] = text.split('.');
  return decimals === 0 || fraction === '' ? whole : `${whole}.${fraction.slice(0, decimals)}`;
};

export const zones = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Pacific/Apia',
] as const;

/** Around which facts, versions and rates lie: an ordinary day, the end of a month and of a year, and clocks that change. */
export const bases = [
  '2026-01-05T10:00:00+08:00',
  '2026-01-31T23:50:00+08:00',
  '2025-12-28T23:00:00+08:00',
  '2026-03-28T23:30:00+01:00',
  '2026-10-25T00:30:00+02:00',
  '2010-11-06T23:40:00-02:30',
  '2018-11-03T23:30:00-03:00',
  '2011-12-29T23:30:00-10:00',
] as const;

/** Windows, cooldowns and distances between facts are of the same few lengths, so that facts lie exactly on borders. */
export const lengths = {
  PT1S: 1_000,
  PT10M: 600_000,
  PT30M: 1_800_000,
  PT1H: 3_600_000,
  P1D: 86_400_000,
  P1W: 604_800_000,
};
export const length = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(lengths)) },
  { weight: 1, arbitrary: fc.constantFrom('PT1H', 'P1D') },
);
/** A distance in milliseconds. */
export const distance = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(1, 500) },
  { weight: 8, arbitrary: fc.constantFrom(...Object.values(lengths).slice(0, 3)) },
  { weight: 3, arbitrary: fc.constant(lengths.PT1H) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.values(lengths).slice(4)) },
  { weight: 2, arbitrary: fc.constantFrom(599_999, 1_800_001, 3_599_999, 3_600_001) },
);

/** An instant near the base, as documents write it. */
export const near = (base: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(-1, 1), distance, distance)
    .map(([sign, one, other]) => new Date(Date.parse(base) + sign * one + other).toISOString());
