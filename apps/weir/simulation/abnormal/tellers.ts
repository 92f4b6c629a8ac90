import type { Draft } from '../draft';
import { livelyProfile, tellerName } from '../population';
import { authorityOf, sendsLimits } from '../signatures';
import { counterOperation, reversal } from '../branch';
import type { Behaviour, Scene } from './behaviour';
import { anyone, isPerson } from './cast';
import { atCounter, hour, justAbove, minute, spread } from './moves';

/** A transfer at the counter just above what its teller may decide alone. */
function aboveAuthority(scene: Scene, authorised: 'by-nobody' | 'by-themselves'): Draft[] {
  const { random, profile } = scene;
  const teller = random.below(5);
  const tellerId = tellerName(profile.branch, teller);
  return [
    atCounter(
      scene,
      {
        at: random.between(10 * hour, 16 * hour),
        type: 'transfer',
        amount: justAbove(random, authorityOf(teller)),
        tellerId,
        unauthorised: true,
      },
      authorised === 'by-nobody' ? {} : { authorisedBy: tellerId },
    ),
  ];
}

function reversals(scene: Scene, count: number, amountOf: () => number): Draft[] {
  const { random, profile, population } = scene;
  const tellerId = tellerName(profile.branch, random.below(5));
  return spread(scene, count, 10 * hour, 5 * hour, (at) =>
    reversal(livelyProfile(random, population), { at, tellerId, amount: amountOf() }),
  );
}

/** What the pack branch-operations finds. */
export const tellers: readonly Behaviour[] = [
  {
    name: 'teller-above-authority',
    rules: ['teller-over-authority'],
    about: 'tellerId',
    days: 1,
    atCounter: true,
    fits: (profile) => isPerson(profile) && !sendsLimits(profile.branch),
    play: (scene) => aboveAuthority(scene, 'by-nobody'),
  },
  {
    name: 'teller-authorises-themselves',
    rules: ['teller-over-authority'],
    about: 'tellerId',
    days: 1,
    atCounter: true,
    fits: (profile) => isPerson(profile) && !sendsLimits(profile.branch),
    play: (scene) => aboveAuthority(scene, 'by-themselves'),
  },
  {
    name: 'teller-above-own-limit',
    rules: ['teller-over-own-limit'],
    about: 'tellerId',
    days: 1,
    atCounter: true,
    fits: (profile) => isPerson(profile) && sendsLimits(profile.branch),
    play: (scene) => aboveAuthority(scene, 'by-nobody'),
  },
  {
    name: 'maker-checks-own-work',
    rules: ['maker-is-checker'],
    about: 'tellerId',
    days: 1,
    atCounter: true,
    fits: isPerson,
    play(scene) {
      const { random, profile } = scene;
      const tellerId = tellerName(profile.branch, random.below(5));
      return spread(scene, 2, 10 * hour, 5 * hour, (at) =>
        counterOperation(profile.branch, {
          at,
          type: random.pick(['account-change', 'password-reset', 'loss-report']),
          tellerId,
          customerId: profile.customerId,
          attributes: { checkerId: tellerId },
        }),
      );
    },
  },
  {
    name: 'reversals-again-and-again',
    rules: ['teller-reversals-day'],
    about: 'tellerId',
    days: 1,
    atCounter: true,
    fits: anyone,
    play: (scene) => reversals(scene, 6, () => scene.random.between(10, 2_000) * 1_000),
  },
  {
    name: 'large-reversals',
    rules: ['teller-reversal-amount-day'],
    about: 'tellerId',
    days: 1,
    atCounter: true,
    fits: anyone,
    play: (scene) => reversals(scene, 3, () => scene.random.between(6_800, 9_500) * 1_000),
  },
  {
    name: 'dual-custody-by-one',
    rules: ['dual-custody-one-signer'],
    about: 'branchId',
    days: 1,
    atCounter: true,
    fits: anyone,
    play({ random, profile }) {
      const tellerId = tellerName(profile.branch, random.below(6));
      return [
        counterOperation(profile.branch, {
          at: 9 * hour + random.between(0, 30 * minute),
          type: random.pick(['vault-opening', 'cash-box-handover', 'seal-use', 'blank-voucher-release']),
          tellerId,
          attributes: random.chance(5_000) ? { secondSigner: tellerId } : {},
        }),
      ];
    },
  },
];
