import type { Draft } from '../draft';
import type { Behaviour, Scene } from './behaviour';
import { hasPassbook, hasPassword, mayHaveSecond, paysOnline, secondAccountOf } from './cast';
import { hour, justAbove, minute, online, operation } from './moves';

/** Three of a type in a day, none above 5,000.00, just above 10,000.00 together; over two accounts where there are. */
function dayTotal(scene: Scene, type: string, accounts: 1 | 2): Draft[] {
  const { random, profile } = scene;
  const second = accounts === 2 ? secondAccountOf(scene) : profile;
  if (second === undefined) return [];
  const total = justAbove(random, 1_000_000);
  const first = random.between(320_000, 400_000);
  const middle = random.between(320_000, 400_000);
  let at = random.between(9 * hour, 14 * hour);
  return [first, middle, total - first - middle].map((amount, place) => {
    at += random.between(10 * minute, 150 * minute);
    return online(scene, { at, type, amount, of: place === 1 ? second : profile });
  });
}

function failures(scene: Scene, types: readonly string[]): Draft[] {
  let at = scene.random.between(7 * hour, 22 * hour);
  return types.map((type) => {
    at += scene.random.between(4_000, 15_000);
    return operation(scene, { at, type });
  });
}

const login = 'login-failure';
const payment = 'payment-password-failure';

/** What the pack personal-ebanking finds. */
export const ebanking: readonly Behaviour[] = [
  {
    name: 'single-transfer-without-certificate',
    rules: ['ebank-single-transfer'],
    about: 'accountId',
    days: 1,
    fits: hasPassword,
    play(scene) {
      const at = scene.random.between(9 * hour, 21 * hour);
      const amount = justAbove(scene.random, 500_000);
      return [operation(scene, { at: at - minute, type: 'login' }), online(scene, { at, type: 'transfer', amount })];
    },
  },
  {
    name: 'day-total-without-certificate',
    rules: ['ebank-daily-total'],
    about: 'customerId',
    days: 1,
    fits: hasPassword,
    play: (scene) => dayTotal(scene, 'transfer', 1),
  },
  {
    name: 'day-total-over-two-accounts',
    rules: ['ebank-daily-total'],
    about: 'customerId',
    days: 1,
    fits: (profile) => hasPassword(profile) && mayHaveSecond(profile),
    play: (scene) => dayTotal(scene, 'transfer', 2),
  },
  {
    name: 'single-online-payment-without-certificate',
    rules: ['ebank-single-online-payment'],
    about: 'accountId',
    days: 1,
    fits: hasPassword,
    play: (scene) => [
      online(scene, {
        at: scene.random.between(9 * hour, 22 * hour),
        type: 'online-payment',
        amount: justAbove(scene.random, 500_000),
      }),
    ],
  },
  {
    name: 'online-payment-day-total-without-certificate',
    rules: ['ebank-online-payment-daily-total'],
    about: 'customerId',
    days: 1,
    fits: hasPassword,
    play: (scene) => dayTotal(scene, 'online-payment', 1),
  },
  {
    name: 'failed-logins-in-a-row',
    rules: ['ebank-failed-checks'],
    about: 'customerId',
    days: 1,
    fits: paysOnline,
    play: (scene) => failures(scene, [login, login, login, login, login, login]),
  },
  {
    name: 'failed-logins-and-payment-passwords',
    rules: ['ebank-failed-checks'],
    about: 'customerId',
    days: 1,
    fits: hasPassword,
    play: (scene) => failures(scene, [login, 'login', payment, payment, payment, login, payment, payment]),
  },
  {
    name: 'failed-logins-of-a-passbook-holder',
    rules: ['ebank-failed-checks-passbook'],
    about: 'customerId',
    days: 1,
    fits: hasPassbook,
    play: (scene) => failures(scene, [login, login, login]),
  },
];
