/**
 * Messages as several upstream systems publish them, about 344 bytes each: times in several forms, optional fields that are
 * left out or null, unknown ones, attributes of all kinds, text beyond ASCII, escapes. 5 % are operations.
 */
import { randomFrom } from './messages.mjs';

const channels = ['ebank', 'mobile', 'counter', 'atm', 'pos', 'third-party'];
const types = ['transfer', 'payment', 'cash-deposit', 'cash-withdrawal', 'remittance', 'bond-purchase'];
const operations = ['login-failure', 'login-success', 'payment-password-failure', 'teller-correction', 'complaint'];
const currencies = ['CNY', 'CNY', 'CNY', 'CNY', 'CNY', 'CNY', 'CNY', 'USD', 'EUR', 'JPY'];
const remarks = ['货款', '房租 11月', '工资', '还信用卡', '转账'];
const products = ['019547', '220016', '239941'];

/** Messages one after the other, in the order of their times. The same seed gives the same bytes. */
export function variedMessages({ accounts = 20_000, seed = 1 } = {}) {
  const fraction = randomFrom(seed);
  const below = (n) => Math.floor(fraction() * n);
  let number = 0;
  const one = () => {
    number++;
    const time = Date.parse('2026-11-22T00:00:00+08:00') + number * 20 + below(20);
    return below(20) === 0 ? operation(number, time, accounts, below) : transaction(number, time, accounts, below);
  };
  /** The next messages as bytes. */
  return (howMany) => Array.from({ length: howMany }, () => Buffer.from(JSON.stringify(one())));
}

function transaction(n, time, accounts, below) {
  // A few accounts are busy, most are not.
  const account = below(2) === 0 ? below(accounts) : below(Math.ceil(accounts / 20));
  const currency = pick(currencies, below);
  return {
    id: `T20261122-${String(n).padStart(9, '0')}`,
    kind: 'transaction',
    occurredAt: writtenTime(time, below),
    accountId: `622202020${String(account).padStart(10, '0')}`,
    customerId: `C${String(account % 700_000).padStart(7, '0')}`,
    counterpartyId: below(2) === 0 ? `A${below(100_000)}` : `621700${String(below(3_000_000)).padStart(12, '0')}`,
    direction: below(3) === 0 ? 'in' : 'out',
    type: pick(types, below),
    channel: pick(channels, below),
    amount: writtenAmount(currency, below),
    currency,
    branchId: `B${100 + below(180)}`,
    ...(below(4) === 0 ? { tellerId: `T${1_000 + below(900)}` } : {}),
    deviceId: `D${account % 90_000}`,
    ...(below(50) === 0 ? { terminal: `POS-${below(5_000)}` } : {}),
    attributes: attributes(below),
  };
}

function operation(n, time, accounts, below) {
  const account = below(accounts);
  return {
    source: 'ebank-front',
    id: `OP-20261122-${n}`,
    kind: 'operation',
    occurredAt: writtenTime(time, below),
    accountId: below(3) === 0 ? null : `622202020${String(account).padStart(10, '0')}`,
    customerId: `C${String(account % 700_000).padStart(7, '0')}`,
    type: pick(operations, below),
    channel: pick(channels, below),
    deviceId: `D${account % 90_000}`,
    attributes: { edition: below(2) === 0 ? 'passbook' : 'standard', attempts: below(6) },
  };
}

function attributes(below) {
  const given = { certificate: below(3) === 0 };
  if (below(4) === 0) given.product = pick(products, below);
  if (below(8) === 0) given.riskScore = below(1_000) / 10;
  if (below(20) === 0) given.remark = pick(remarks, below);
  if (below(100) === 0) given.remark = `"${below(1_000)}"\n`;
  if (below(50) === 0) given.location = { city: 'Shanghai', cell: [below(500), below(500)] };
  return given;
}

/** Most in the bank's own zone with milliseconds, some without, some in UTC. */
function writtenTime(time, below) {
  const local = new Date(time + 8 * 3_600_000).toISOString();
  switch (below(12)) {
    case 0:
      return `${local.slice(0, 19)}+08:00`;
    case 1:
      return new Date(time).toISOString();
    default:
      return `${local.slice(0, 23)}+08:00`;
  }
}

/** From cents to millions, small ones more often. */
function writtenAmount(currency, below) {
  const major = below(10 ** (1 + below(7)));
  return currency === 'JPY' ? String(major) : `${major}.${String(below(100)).padStart(2, '0')}`;
}

const pick = (list, below) => list[below(list.length)];
