import { attributesOf } from '../draft';
import type { Behaviour } from './behaviour';
import { hasCertificate, isBusiness, isPerson, mayHaveSecond, secondAccountOf } from './cast';
import { atCounter, cash, fromOn, halves, hour, minute, online } from './moves';

const abroad = { crossBorder: true };

/** What the pack large-value-reporting finds. */
export const largeValue: readonly Behaviour[] = [
  {
    name: 'cash-to-report-in-parts',
    rules: ['large-value-cash-cny'],
    about: 'customerId',
    days: 1,
    fits: isPerson,
    play(scene) {
      const at = scene.random.between(10 * hour, 13 * hour);
      const parts = halves(scene.random, fromOn(scene.random, 5_000_000));
      return parts.map((amount, place) => cash(scene, { at: at + place * 2 * hour, type: 'cash-deposit', amount }));
    },
  },
  {
    name: 'dollars-in-cash',
    rules: ['large-value-cash-foreign'],
    about: 'customerId',
    days: 1,
    atCounter: true,
    fits: isPerson,
    play: (scene) => [
      cash(scene, {
        at: scene.random.between(10 * hour, 16 * hour),
        type: 'cash-withdrawal',
        amount: fromOn(scene.random, 1_000_000),
        currency: 'USD',
      }),
    ],
  },
  {
    name: 'cash-in-two-foreign-currencies',
    rules: ['large-value-cash-foreign'],
    about: 'customerId',
    days: 1,
    atCounter: true,
    fits: isPerson,
    play(scene) {
      const { random } = scene;
      const at = random.between(10 * hour, 13 * hour);
      return [
        cash(scene, { at, type: 'cash-deposit', amount: random.between(540, 800) * 1_000, currency: 'EUR' }),
        cash(scene, {
          at: at + random.between(minute, 2 * hour),
          type: 'cash-deposit',
          amount: random.between(360, 600) * 10_000,
          currency: 'HKD',
        }),
      ];
    },
  },
  {
    name: 'company-transfers-to-report',
    rules: ['large-value-entity-cny'],
    about: 'customerId',
    days: 1,
    fits: isBusiness,
    play(scene) {
      const at = scene.random.between(9 * hour, 14 * hour);
      const parts = halves(scene.random, fromOn(scene.random, 200_000_000));
      return parts.map((amount, place) => online(scene, { at: at + place * hour, type: 'transfer', amount }));
    },
  },
  {
    name: 'company-dollars-to-report',
    rules: ['large-value-entity-foreign'],
    about: 'customerId',
    days: 1,
    atCounter: true,
    fits: isBusiness,
    play: (scene) => [
      atCounter(
        scene,
        {
          at: scene.random.between(10 * hour, 16 * hour),
          type: 'remittance',
          amount: fromOn(scene.random, 20_000_000),
          currency: 'USD',
          direction: scene.random.chance(5_000) ? 'in' : 'out',
        },
        abroad,
      ),
    ],
  },
  {
    name: 'personal-transfers-to-report-over-two-accounts',
    rules: ['large-value-personal-cny'],
    about: 'customerId',
    days: 1,
    fits: (profile) => hasCertificate(profile) && mayHaveSecond(profile),
    play(scene) {
      const second = secondAccountOf(scene);
      if (second === undefined) return [];
      const at = scene.random.between(9 * hour, 14 * hour);
      const parts = halves(scene.random, fromOn(scene.random, 50_000_000));
      return parts.map((amount, place) =>
        online(scene, {
          at: at + place * 2 * hour,
          type: 'transfer',
          amount,
          of: place === 0 ? scene.profile : second,
        }),
      );
    },
  },
  {
    name: 'personal-dollars-within-the-country-to-report',
    rules: ['large-value-personal-foreign'],
    about: 'customerId',
    days: 1,
    atCounter: true,
    fits: isPerson,
    play: (scene) => [
      atCounter(scene, {
        at: scene.random.between(10 * hour, 16 * hour),
        type: 'transfer',
        amount: fromOn(scene.random, 10_000_000),
        currency: 'USD',
      }),
    ],
  },
  {
    name: 'yuan-across-the-border-to-report',
    rules: ['large-value-cross-border-cny'],
    about: 'customerId',
    days: 1,
    fits: hasCertificate,
    play: (scene) => [
      {
        ...online(scene, {
          at: scene.random.between(9 * hour, 20 * hour),
          type: 'remittance',
          amount: fromOn(scene.random, 20_000_000),
        }),
        attributes: { ...attributesOf(scene.profile, true), ...abroad },
      },
    ],
  },
  {
    name: 'dollars-across-the-border-in-parts',
    rules: ['large-value-cross-border-foreign'],
    about: 'customerId',
    days: 1,
    atCounter: true,
    fits: isPerson,
    play(scene) {
      const at = scene.random.between(10 * hour, 13 * hour);
      const parts = halves(scene.random, fromOn(scene.random, 1_000_000));
      return parts.map((amount, place) =>
        atCounter(scene, { at: at + place * 2 * hour, type: 'remittance', amount, currency: 'USD' }, abroad),
      );
    },
  },
];
