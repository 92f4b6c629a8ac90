import type { SendOutcome } from '@weir/intake';
import { OutcomeTeller } from './dead-letters-outcomes';

const id = { partition: 2, offset: 17 };
const sent: SendOutcome = {
  outcome: 'sent',
  id,
  reason: 'not-json',
  topic: 'facts',
  to: ['facts/0/1'],
  records: 1,
  oldest: 1_000,
};
const not = (more: Partial<Extract<SendOutcome, { outcome: 'not-sent' }>>): SendOutcome => ({
  outcome: 'not-sent',
  id,
  reason: 'not-json',
  why: 'refused-again',
  message: 'It would be refused again.',
  flaws: [],
  ...more,
});

function told(outcomes: readonly SendOutcome[], byName = true, dryRun = false) {
  const screens = { out: [] as string[], err: [] as string[] };
  const teller = new OutcomeTeller({ byName, dryRun }, 1_000, {
    out: { write: (text: string) => screens.out.push(text) },
    err: { write: (text: string) => screens.err.push(text) },
  });
  teller.tell(outcomes);
  teller.summarise();
  return { out: screens.out.join(''), err: screens.err.join(''), notSent: teller.notSent };
}

describe('what is told of letters that are sent again', () => {
  it('is a line for each, and how many in the end', () => {
    const { out, err, notSent } = told([
      sent,
      { ...sent, to: ['facts/0/2', 'facts/1/0', 'facts/1/1'], records: 3 },
      not({ why: 'truncated', message: 'It is cut.' }),
      not({ why: 'replayed-before', message: 'It was sent.' }),
    ]);
    expect(out.split('\n')).toEqual([
      '2/17  sent to facts/0/1',
      '2/17  sent as 3 facts to facts/0/2 and 2 more',
      '2/17  not sent (truncated): It is cut. (--with FILE)',
      '2/17  not sent (replayed-before): It was sent. --again sends it once more.',
      '',
    ]);
    expect([err, notSent]).toEqual(['2 letters sent again, 2 not.\n', 2]);
  });

  it('names why each fact would be refused again, masked, and not more than five of them', () => {
    const flaw = (part: number | null) => ({
      reason: 'wrong-type' as const,
      message: '"accountId" is a number (62220202); write text.\u001b[2J',
      part,
    });
    expect(
      told([not({ flaws: [flaw(null)] })])
        .out.split('\n')
        .slice(1),
    ).toEqual(['    wrong-type: "accountId" is a number; write text.\\u001b[2J', '']);
    const many = told([not({ flaws: [1, 2, 3, 4, 5, 6, 7].map(flaw) })]).out.split('\n');
    expect([many[1]?.slice(0, 23), many.length, many.at(-2)]).toEqual(['    fact 1: wrong-type:', 8, '    and 2 more']);
  });

  it('of a choice by reason only counts what it passes over, which is no failure', () => {
    const { out, err, notSent } = told([not({ why: 'replayed-before' }), not({ why: 'only-by-name' })], false, true);
    expect([out, notSent]).toEqual(['', 0]);
    expect(err.split('\n')).toEqual([
      '0 letters would be sent again, 0 not.',
      '1 letter left out, sent again before: --again sends them once more.',
      '1 letter of weir.hits.v1 left out: such are sent again only by their ids.',
      '',
    ]);
  });

  it('warns of facts that may be late for windows', () => {
    expect(told([{ ...sent, oldest: 999 }]).err).toContain('1 letter with facts older than the rules');
    expect(told([sent, { ...sent, oldest: null }]).err).not.toContain('older');
  });
});
