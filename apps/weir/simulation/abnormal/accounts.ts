import { foreignAccountNumber } from '../population';
import type { Behaviour } from './behaviour';
import { hasCertificate, isPerson, isQuietWithCertificate, paysOnline } from './cast';
import { cash, fromOn, hour, minute, online, operation, spread } from './moves';

/** What the pack abnormal-transactions finds of one account by how much and how often. */
export const accounts: readonly Behaviour[] = [
  {
    name: 'frequency-burst-in-ten-minutes',
    rules: ['abnormal-frequency-ten-minutes'],
    about: 'accountId',
    days: 1,
    fits: paysOnline,
    play: (scene) =>
      spread(scene, 8, scene.random.between(9 * hour, 21 * hour), 8 * minute, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(50, 1_000) * 100 }),
      ),
  },
  {
    name: 'frequency-burst-in-an-hour',
    rules: ['abnormal-frequency-hour'],
    about: 'accountId',
    days: 1,
    fits: paysOnline,
    play: (scene) =>
      spread(scene, 12, scene.random.between(9 * hour, 21 * hour), 55 * minute, (at) =>
        online(scene, { at, type: 'online-payment', amount: scene.random.between(20, 600) * 100 }),
      ),
  },
  {
    name: 'amount-burst-in-an-hour',
    rules: ['abnormal-amount-hour'],
    about: 'accountId',
    days: 1,
    fits: hasCertificate,
    play: (scene) =>
      spread(scene, 5, scene.random.between(9 * hour, 20 * hour), 50 * minute, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(4_200, 4_900) * 1_000 }),
      ),
  },
  {
    name: 'large-transfer',
    rules: ['abnormal-large-transfer', 'large-value-personal-cny'],
    about: 'accountId',
    days: 1,
    fits: hasCertificate,
    play: (scene) => [
      online(scene, {
        at: scene.random.between(9 * hour, 17 * hour),
        type: 'transfer',
        amount: scene.random.between(50_000, 120_000) * 1_000,
      }),
    ],
  },
  {
    name: 'large-cash-withdrawal',
    rules: ['abnormal-large-cash', 'large-value-cash-cny'],
    about: 'accountId',
    days: 1,
    fits: isPerson,
    play: (scene) => [
      cash(scene, {
        at: scene.random.between(10 * hour, 16 * hour),
        type: 'cash-withdrawal',
        amount: scene.random.between(200, 400) * 100_000,
      }),
    ],
  },
  {
    name: 'round-amounts',
    rules: ['abnormal-round-amounts'],
    about: 'accountId',
    days: 1,
    fits: hasCertificate,
    play: (scene) =>
      spread(scene, 6, 9 * hour, 11 * hour, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.pick([1_000_000, 2_000_000, 5_000_000]) }),
      ),
  },
  {
    name: 'one-counterparty-again-and-again',
    rules: ['abnormal-same-counterparty-day'],
    about: 'accountId',
    days: 1,
    fits: paysOnline,
    play(scene) {
      const counterpartyId = foreignAccountNumber(scene.random);
      return spread(scene, 6, 9 * hour, 12 * hour, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(100, 1_600) * 100, counterpartyId }),
      );
    },
  },
  {
    name: 'many-times-the-usual',
    rules: ['abnormal-times-usual'],
    about: 'accountId',
    days: 3,
    fits: isQuietWithCertificate,
    apart: true,
    play(scene) {
      const { random, dayOfSpan } = scene;
      if (dayOfSpan < 2) {
        return spread(scene, 4, 9 * hour, 12 * hour, (at) =>
          online(scene, { at, type: 'transfer', amount: random.between(20, 200) * 100 }),
        );
      }
      const amount = random.between(4_200, 4_900) * 10_000;
      return [online(scene, { at: random.between(9 * hour, 21 * hour), type: 'transfer', amount })];
    },
  },
  {
    name: 'night-burst',
    rules: ['abnormal-night-burst'],
    about: 'accountId',
    days: 1,
    fits: paysOnline,
    play: (scene) =>
      spread(scene, 5, hour + scene.random.between(0, hour), 2 * hour, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(300, 1_900) * 100 }),
      ),
  },
  {
    name: 'dormant-account-pays',
    rules: ['abnormal-dormant-status'],
    about: 'accountId',
    days: 1,
    fits: ({ persona, sleeper }) => persona === 'dormant' && !sleeper,
    play(scene) {
      const at = scene.random.between(9 * hour, 21 * hour);
      const amount = scene.random.between(300, 490) * 1_000;
      return [operation(scene, { at: at - minute, type: 'login' }), online(scene, { at, type: 'transfer', amount })];
    },
  },
  {
    name: 'many-to-one',
    rules: ['abnormal-many-to-one-day'],
    about: 'accountId',
    days: 1,
    fits: isPerson,
    play: (scene) =>
      spread(scene, 22, 9 * hour, 11 * hour, (at) =>
        online(scene, { at, type: 'transfer', direction: 'in', amount: scene.random.between(100, 3_000) * 100 }),
      ),
  },
  {
    name: 'one-to-many',
    rules: ['abnormal-one-to-many-day'],
    about: 'accountId',
    days: 1,
    fits: paysOnline,
    play: (scene) =>
      spread(scene, 16, 8 * hour, 13 * hour, (at) =>
        online(scene, { at, type: 'transfer', amount: scene.random.between(50, 600) * 100 }),
      ),
  },
  {
    name: 'money-passed-on-at-once',
    rules: ['abnormal-pass-through'],
    about: 'accountId',
    days: 1,
    fits: hasCertificate,
    play(scene) {
      const at = scene.random.between(9 * hour, 20 * hour);
      const amount = fromOn(scene.random, 6_000_000);
      return [
        online(scene, { at, type: 'transfer', direction: 'in', amount }),
        online(scene, {
          at: at + scene.random.between(2 * minute, 20 * minute),
          type: 'transfer',
          amount: amount - 5_000,
        }),
      ];
    },
  },
];
