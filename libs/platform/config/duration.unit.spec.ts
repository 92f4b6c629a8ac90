import { durationMs } from './duration';
import { nearest } from './did-you-mean';

describe('durationMs', () => {
  test.each([
    ['PT24H', 86_400_000],
    ['P1D', 86_400_000],
    ['P1W', 604_800_000],
    ['P1DT1H1M1.5S', 90_061_500],
    ['PT0S', 0],
  ])('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  test.each(['', 'P', 'PT', 'P1DT', '24h', 'P1M', 'P1Y', 'pt1h', 'PT1.5H', '-PT1H', `PT${'9'.repeat(20)}H`])(
    '%p is none',
    (text) => expect(durationMs(text)).toBeNull(),
  );
});

describe('nearest', () => {
  test.each([
    ['WEIR_PARTITON', 'WEIR_PARTITIONS'],
    ['WEIR_KAFKA_TSL', 'WEIR_KAFKA_TLS'],
    ['WEIR_SOMETHING_ELSE', null],
  ])('%s is near %s', (name, wanted) =>
    expect(nearest(name, ['WEIR_PARTITIONS', 'WEIR_KAFKA_TLS', 'WEIR_GROUP'])).toBe(wanted),
  );
});
