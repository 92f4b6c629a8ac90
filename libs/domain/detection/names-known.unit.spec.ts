import { compileRules } from '../rule/compile';
import { msPerDay } from '../time/duration';
import { hour, noon, perHour } from './given.spec';
import { namesKnownSince } from './names-known';

const by = ['accountId'];
const { rules } = compileRules([
  perHour('hour'),
  perHour('month', { measure: { count: 'facts', by, window: { calendar: 'month', timezone: 'Asia/Shanghai' } } }),
  perHour('week-of-customer', { measure: { count: 'facts', by: ['customerId'], window: { sliding: 'P7D' } } }),
]);

describe('since when names are known', () => {
  it('is as long ago as the longest window of the lane reaches, but a day at least', () => {
    const hourly = rules.filter(({ id }) => id === 'hour');
    expect(namesKnownSince(hourly, null, noon)).toBe(noon - msPerDay);
    expect(namesKnownSince(rules, null, noon)).toBe(Date.parse('2026-01-01T00:00:00+08:00'));
    expect(namesKnownSince(rules, 'customerId', noon)).toBe(noon - 7 * msPerDay + 1);
    expect(namesKnownSince(rules, 'deviceId', noon + hour)).toBe(noon + hour - msPerDay);
  });

  it('is for ever as long as nothing is settled, calendar windows or not', () => {
    expect(namesKnownSince(rules, null, -Infinity)).toBe(-Infinity);
  });
});
