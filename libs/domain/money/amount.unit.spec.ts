import fc from 'fast-check';
import { formatMinor, parseAmount, type AmountRefusal } from './amount';
import { currencyCodes, currencyDecimals } from './currency';

describe('currencyDecimals', () => {
  it.each<[string, number]>([
    ['CNY', 2],
    ['USD', 2],
    ['EUR', 2],
    ['HKD', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['VND', 0],
    ['CLP', 0],
    ['ISK', 0],
    ['XAF', 0],
    ['KWD', 3],
    ['BHD', 3],
    ['OMR', 3],
    ['JOD', 3],
    ['TND', 3],
    ['IQD', 3],
    ['LYD', 3],
    ['CLF', 4],
    ['UYW', 4],
    ['HUF', 2],
    ['IDR', 2],
    ['TWD', 2],
    ['MGA', 2],
    ['MRU', 2],
  ])('%s has %d', (code, decimals) => {
    expect(currencyDecimals(code)).toBe(decimals);
  });

  it.each(['', 'cny', 'RMB', 'XAU', 'XTS', 'XXX', 'DEM', 'CN', 'CNYX', 'constructor', '__proto__'])(
    'does not know "%s"',
    (code) => {
      expect(currencyDecimals(code)).toBeUndefined();
    },
  );

  it('lists every code once, sorted', () => {
    expect(currencyCodes).toEqual([...new Set(currencyCodes)].sort());
    expect(currencyCodes.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
    expect(currencyCodes.length).toBeGreaterThan(150);
  });
});

describe('parseAmount', () => {
  it.each<[string, string, number]>([
    ['4800.00', 'CNY', 480_000],
    ['4800', 'CNY', 480_000],
    ['4800.5', 'CNY', 480_050],
    ['0', 'CNY', 0],
    ['0.01', 'CNY', 1],
    ['0.010000', 'CNY', 1],
    ['007.10', 'CNY', 710],
    ['100', 'JPY', 100],
    ['100.00', 'JPY', 100],
    ['1.234', 'KWD', 1234],
    ['90071992547409.91', 'CNY', 9_007_199_254_740_991],
    ['9007199254740991', 'JPY', 9_007_199_254_740_991],
    ['9007199254740.991', 'KWD', 9_007_199_254_740_991],
    ['00000000000000000000000000000000000000000000000001', 'CNY', 100],
    ['0.00000000000000000000', 'CNY', 0],
  ])('reads %s %s as %d minor units', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toEqual({ ok: true, value: minor });
  });

  it.each<[string, string, AmountRefusal]>([
    ['', 'CNY', 'invalid-amount'],
    ['-1.00', 'CNY', 'invalid-amount'],
    ['+1.00', 'CNY', 'invalid-amount'],
    ['1e308', 'CNY', 'invalid-amount'],
    ['NaN', 'CNY', 'invalid-amount'],
    ['Infinity', 'CNY', 'invalid-amount'],
    ['0x10', 'CNY', 'invalid-amount'],
    ['1,000.00', 'CNY', 'invalid-amount'],
    ['1.', 'CNY', 'invalid-amount'],
    ['.5', 'CNY', 'invalid-amount'],
    ['1.2.3', 'CNY', 'invalid-amount'],
    [' 1', 'CNY', 'invalid-amount'],
    ['1\n', 'CNY', 'invalid-amount'],
    ['１', 'CNY', 'invalid-amount'],
    ['٣', 'CNY', 'invalid-amount'],
    ['1.001', 'CNY', 'amount-precision'],
    ['1.00000000000000000001', 'CNY', 'amount-precision'],
    ['1.5', 'JPY', 'amount-precision'],
    ['1.2345', 'KWD', 'amount-precision'],
    ['90071992547409.92', 'CNY', 'amount-out-of-range'],
    ['90071992547409.93', 'CNY', 'amount-out-of-range'],
    ['9007199254740992', 'JPY', 'amount-out-of-range'],
    ['9007199254740993', 'JPY', 'amount-out-of-range'],
    ['1'.repeat(60), 'CNY', 'amount-out-of-range'],
    ['1.00', 'RMB', 'unknown-currency'],
    ['1.00', '', 'unknown-currency'],
    ['x', 'cny', 'unknown-currency'],
  ])('refuses "%s" %s: %s', (text, currency, reason) => {
    const parsed = parseAmount(text, currency);

    expect(parsed).toMatchObject({ ok: false, reason });
    expect(parsed).toHaveProperty('message', expect.stringMatching(/./));
  });

  it('shows only the beginning of a text that is far too long', () => {
    const parsed = [parseAmount('9'.repeat(5000), 'CNY'), parseAmount('x'.repeat(5000), 'CNY')];

    for (const one of parsed) expect(one.ok || one.message.length).toBeLessThan(250);
  });

  it('reads an amount the same whether or not zeros follow', () => {
    const digits = fc.stringMatching(/^[0-9.+-e\u0660]{0,18}$/);
    fc.assert(
      fc.property(
        fc.oneof(digits, fc.stringMatching(/^[0-9]{0,14}\.?[0-9]{0,3}$/)),
        fc.constantFrom('CNY', 'JPY', 'KWD'),
        (text, currency) => {
          const [once, again] = [
            parseAmount(text, currency),
            parseAmount(text.includes('.') ? `${text}000` : `${text}.000`, currency),
          ];
          // What ends in a point is no number, and is one with zeros behind it.
          if (!text.endsWith('.')) expect(once.ok && once.value).toBe(again.ok && again.value);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('reads back what formatMinor writes, in every currency', () => {
    fc.assert(
      fc.property(fc.constantFrom(...currencyCodes), fc.maxSafeNat(), (currency, minor) => {
        const text = formatMinor(minor, currency);
        expect(parseAmount(text, currency)).toEqual({ ok: true, value: minor });
        expect((text.split('.')[1] ?? '').length).toBe(currencyDecimals(currency));
      }),
    );
  });
});

describe('formatMinor', () => {
  it.each<[number, string, string]>([
    [480_000, 'CNY', '4800.00'],
    [1, 'CNY', '0.01'],
    [0, 'CNY', '0.00'],
    [-5, 'CNY', '-0.05'],
    [-480_000, 'CNY', '-4800.00'],
    [100, 'JPY', '100'],
    [1, 'KWD', '0.001'],
  ])('writes %d %s as %s', (minor, currency, text) => {
    expect(formatMinor(minor, currency)).toBe(text);
  });

  it('refuses a currency that is none', () => {
    expect(() => formatMinor(1, 'RMB')).toThrow(RangeError);
  });
});
