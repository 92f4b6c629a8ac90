import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { createLogger } from './logger';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const stream = new PassThrough({ encoding: 'utf8' });
  write(createLogger({ level: 'info', pretty: false }, stream));
  return String(stream.read());
}

test('given secrets and account numbers, at any usual depth, then they are masked', () => {
  const account = '6222020200112233445';
  const text = logged((logger) => {
    logger.info(
      { accountId: account, fact: { counterpartyId: account, nested: [{ cardNumber: 6222020200112233 }] } },
      'a',
    );
    logger.info(
      { req: { headers: { authorization: 'Bearer hush-hush', cookie: 'hush-hush' } }, password: 'hush-hush' },
      'b',
    );
    logger.child({ accountId: account }).info('c');
    logger.info({ accountId: 'A1', iban: null, pan: { of: account } }, 'd');
  });
  const [a, b, c, d] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(text).not.toContain('hush-hush');
  expect(text).not.toContain(account.slice(0, 12));
  expect(a).toMatchObject({
    level: 'info',
    msg: 'a',
    accountId: '***3445',
    fact: { counterpartyId: '***3445', nested: [{ cardNumber: '***2233' }] },
  });
  expect(b).toMatchObject({ req: { headers: { authorization: '***', cookie: '***' } }, password: '***' });
  expect(c).toMatchObject({ accountId: '***3445', msg: 'c' });
  expect(d).toMatchObject({ accountId: '***', iban: null, pan: '***' });
});

test('given an object, logging leaves it as it was', () => {
  const fact = { accountId: '6222020200112233445', deep: { password: 'p' } };
  logged((logger) => logger.info(fact, 'x'));
  expect(fact).toEqual({ accountId: '6222020200112233445', deep: { password: 'p' } });
});

test('given an error, its type, message and stack are logged', () => {
  const text = logged((logger) => logger.error({ err: new TypeError('broken') }, 'failed'));
  expect(JSON.parse(text)).toMatchObject({ level: 'error', err: { type: 'TypeError', message: 'broken' } });
});

test('given pretty, lines are for people, and masked too', async () => {
  const stream = new PassThrough({ encoding: 'utf8' });
  createLogger({ level: 'info', pretty: true }, stream).warn({ token: 'hush-hush' }, 'careful');
  const [text] = (await once(stream, 'data')) as [string];
  expect(text).toMatch(/WARN.*careful/);
  expect(text).not.toContain('hush-hush');
});
