import { bondOf, bondTrade } from '../bonds';
import type { Draft } from '../draft';
import type { Behaviour, Scene } from './behaviour';
import { hasCertificate } from './cast';
import { fromOn, hour, minute, spread } from './moves';

function trades(
  scene: Scene,
  count: number,
  length: number,
  amountOf: () => number,
  sells: (place: number) => boolean,
): Draft[] {
  const bond = bondOf(scene.random);
  const from = scene.random.between(10 * hour, 15 * hour - length);
  return spread(scene, count, from, length, (at, place) =>
    bondTrade(scene.profile, { at, bond, amount: amountOf(), direction: sells(place) ? 'in' : 'out' }),
  );
}

/** What the pack treasury-bonds finds. */
export const bonds: readonly Behaviour[] = [
  {
    name: 'bond-trades-again-and-again',
    rules: ['bond-trades-day'],
    about: 'customerId',
    days: 1,
    fits: hasCertificate,
    play: (scene) =>
      trades(
        scene,
        11,
        4 * hour,
        () => scene.random.between(10, 90) * 100_000,
        (place) => place === 10,
      ),
  },
  {
    name: 'large-bond-trade',
    rules: ['bond-large-trade'],
    about: 'customerId',
    days: 1,
    fits: hasCertificate,
    play: (scene) =>
      trades(
        scene,
        1,
        minute,
        () => fromOn(scene.random, 100_000_000),
        () => scene.random.chance(3_000),
      ),
  },
  {
    name: 'large-bond-trades-of-a-day',
    rules: ['bond-day-total'],
    about: 'customerId',
    days: 1,
    fits: hasCertificate,
    play: (scene) =>
      trades(
        scene,
        4,
        3 * hour,
        () => scene.random.between(7_600, 9_900) * 10_000,
        (place) => place === 3,
      ),
  },
  {
    name: 'bond-bought-and-sold-in-turns',
    rules: ['bond-quick-turns'],
    about: 'customerId',
    days: 1,
    fits: hasCertificate,
    play: (scene) =>
      trades(
        scene,
        4,
        2 * hour,
        () => scene.random.between(20, 200) * 100_000,
        (place) => place % 2 === 1,
      ),
  },
];
