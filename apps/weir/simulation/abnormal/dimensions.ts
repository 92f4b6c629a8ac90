import { foreignAccountNumber } from '../population';
import type { Behaviour } from './behaviour';
import { anyone, hasCertificate, isPerson, mayHaveSecond, others, paysOnline, secondAccountOf } from './cast';
import { cash, hour, minute, online, operation, spread } from './moves';

/** What the pack abnormal-transactions finds of customers, devices, counterparties and branches. */
export const dimensions: readonly Behaviour[] = [
  {
    name: 'payments-over-two-accounts-all-day',
    rules: ['abnormal-customer-frequency-day'],
    about: 'customerId',
    days: 1,
    fits: (profile) => paysOnline(profile) && mayHaveSecond(profile),
    play(scene) {
      const second = secondAccountOf(scene);
      if (second === undefined) return [];
      return spread(scene, 28, 8 * hour, 14 * hour, (at, place) =>
        online(scene, {
          at,
          type: 'online-payment',
          amount: scene.random.between(20, 300) * 100,
          of: place % 2 === 0 ? scene.profile : second,
        }),
      );
    },
  },
  {
    name: 'large-transfers-day-after-day',
    rules: ['abnormal-customer-amount-week'],
    about: 'customerId',
    days: 3,
    fits: hasCertificate,
    play: (scene) => [
      online(scene, {
        at: scene.random.between(9 * hour, 20 * hour),
        type: 'transfer',
        amount: scene.random.between(34_000, 42_000) * 1_000,
      }),
    ],
  },
  {
    name: 'structured-cash-deposits',
    rules: ['abnormal-structured-cash'],
    about: 'customerId',
    days: 3,
    fits: isPerson,
    play: (scene) => [
      cash(scene, {
        at: scene.random.between(10 * hour, 16 * hour),
        type: 'cash-deposit',
        amount: scene.random.between(455, 499) * 10_000,
      }),
    ],
  },
  {
    name: 'structured-dollars',
    rules: ['abnormal-structured-cash-usd'],
    about: 'customerId',
    days: 3,
    fits: isPerson,
    play: (scene) => [
      cash(scene, {
        at: scene.random.between(10 * hour, 16 * hour),
        type: 'cash-withdrawal',
        amount: scene.random.between(91, 99) * 10_000,
        currency: 'USD',
      }),
    ],
  },
  {
    name: 'structured-transfers',
    rules: ['abnormal-structured-transfers', 'abnormal-customer-amount-week'],
    about: 'customerId',
    days: 3,
    fits: hasCertificate,
    play: (scene) => [
      online(scene, {
        at: scene.random.between(9 * hour, 20 * hour),
        type: 'transfer',
        amount: scene.random.between(4_550, 4_990) * 10_000,
      }),
    ],
  },
  {
    name: 'one-device-for-many-customers',
    rules: ['abnormal-device-customers-day'],
    about: 'deviceId',
    days: 1,
    fits: paysOnline,
    play(scene) {
      const [deviceId] = scene.profile.devices;
      return others(scene, 4, paysOnline).flatMap((of, place) => {
        const at = 10 * hour + place * 2 * hour + scene.random.between(0, hour);
        const amount = scene.random.between(500, 4_800) * 100;
        return [
          operation(scene, { at, type: 'login', of, deviceId }),
          online(scene, { at: at + 2 * minute, type: 'transfer', amount, of, deviceId }),
        ];
      });
    },
  },
  {
    name: 'burst-from-one-device',
    rules: ['abnormal-device-frequency-hour', 'abnormal-device-customers-day'],
    about: 'deviceId',
    days: 1,
    fits: paysOnline,
    play(scene) {
      const [deviceId] = scene.profile.devices;
      const victims = others(scene, 4, paysOnline);
      if (victims.length === 0) return [];
      return spread(scene, 16, scene.random.between(9 * hour, 21 * hour), 50 * minute, (at, place) =>
        online(scene, {
          at,
          type: 'online-payment',
          amount: scene.random.between(50, 900) * 100,
          of: victims[place % victims.length] ?? scene.profile,
          deviceId,
        }),
      );
    },
  },
  {
    name: 'many-customers-pay-one',
    rules: ['abnormal-counterparty-payers-day'],
    about: 'counterpartyId',
    days: 1,
    fits: paysOnline,
    play(scene) {
      const counterpartyId = foreignAccountNumber(scene.random);
      const payers = [scene.profile, ...others(scene, 11, paysOnline)];
      if (payers.length < 12) return [];
      return spread(scene, payers.length, 9 * hour, 12 * hour, (at, place) =>
        online(scene, {
          at,
          type: 'transfer',
          amount: scene.random.between(300, 4_500) * 100,
          counterpartyId,
          of: payers[place] ?? scene.profile,
        }),
      );
    },
  },
  {
    name: 'large-sums-to-one-counterparty',
    rules: ['abnormal-counterparty-amount-day'],
    about: 'counterpartyId',
    days: 1,
    fits: hasCertificate,
    play(scene) {
      const counterpartyId = foreignAccountNumber(scene.random);
      const payers = [scene.profile, ...others(scene, 4, hasCertificate)];
      if (payers.length < 5) return [];
      return payers.map((of) =>
        online(scene, {
          at: scene.random.between(9 * hour, 20 * hour),
          type: 'transfer',
          amount: scene.random.between(41_000, 44_900) * 1_000,
          counterpartyId,
          of,
        }),
      );
    },
  },
  {
    name: 'run-on-a-branch',
    rules: ['abnormal-branch-cash-hour'],
    about: 'branchId',
    days: 1,
    fits: anyone,
    play(scene) {
      const { branch } = scene.profile;
      const customers = others(scene, 7, isPerson);
      if (customers.length === 0) return [];
      return spread(scene, customers.length, scene.random.between(10 * hour, 15 * hour), 50 * minute, (at, place) =>
        cash(scene, {
          at,
          type: 'cash-withdrawal',
          amount: scene.random.between(21, 44) * 100_000,
          branch,
          of: customers[place] ?? scene.profile,
        }),
      );
    },
  },
  {
    name: 'much-cash-out-of-a-branch',
    rules: ['abnormal-branch-cash-day', 'abnormal-large-cash', 'large-value-cash-cny'],
    about: 'branchId',
    days: 1,
    atCounter: true,
    fits: anyone,
    play(scene) {
      const { branch } = scene.profile;
      return others(scene, 5, isPerson).map((of, place) =>
        cash(scene, {
          at: 9 * hour + place * 80 * minute + scene.random.between(0, 40 * minute),
          type: 'cash-withdrawal',
          amount: scene.random.between(210, 290) * 100_000,
          branch,
          of,
        }),
      );
    },
  },
];
