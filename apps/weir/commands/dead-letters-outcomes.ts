import {
  forTerminal,
  letterIdText,
  maskedMessage,
  placesText,
  type AgainRefused,
  type NotSentReason,
  type SendOutcome,
} from '@weir/intake';
import { hitsAgain } from './dead-letters-hits';

const mostFlaws = 5;

/** Where lines go; a test may look at them. */
export interface Screens {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

/** Tells what became of letters: a line for each on standard output, and in the end how many on standard error. */
export class OutcomeTeller {
  /** Letters that were meant and are not sent. */
  notSent = 0;
  private sent = 0;
  private replayedBefore = 0;
  private onlyByName = 0;
  private late = 0;

  /** @param lateBefore facts that occurred before this time (ms) may be late for windows */
  constructor(
    private readonly settings: { readonly byName: boolean; readonly dryRun: boolean },
    private readonly lateBefore: number,
    private readonly screens: Screens = { out: process.stdout, err: process.stderr },
  ) {}

  /** Letters that a choice by reason passes over are only counted. */
  tell(outcomes: readonly SendOutcome[]): void {
    for (const one of outcomes) {
      if (one.outcome !== 'not-sent') this.tellSent(one);
      else if (!this.settings.byName && one.why === 'replayed-before') this.replayedBefore++;
      else if (!this.settings.byName && one.why === 'only-by-name') this.onlyByName++;
      else this.tellNotSent(one);
    }
  }

  /** All in all, and what else should be known. */
  summarise(): void {
    const { sent, notSent, replayedBefore, onlyByName, late } = this;
    const done = this.settings.dryRun ? 'would be sent again' : 'sent again';
    this.note(`${letters(sent)} ${done}, ${notSent} not.`);
    if (replayedBefore > 0) {
      this.note(`${letters(replayedBefore)} left out, sent again before: --again sends them once more.`);
    }
    if (onlyByName > 0) {
      this.note(`${letters(onlyByName)} of ${hitsAgain.topic} left out: such are sent again only by their ids.`);
    }
    if (late > 0) {
      this.note(
        `${letters(late)} with facts older than the rules' lateness: where newer facts of the same partition have been read, ` +
          'such a fact is late. It is archived and seen by rules on single facts, but counts in no window.',
      );
    }
  }

  private tellSent({ outcome, id, records, oldest, to, topic }: Exclude<SendOutcome, { outcome: 'not-sent' }>): void {
    this.sent++;
    if (oldest !== null && oldest < this.lateBefore) this.late++;
    const several = records === 1 ? '' : ` as ${records} facts`;
    const text = outcome === 'sent' ? `sent${several} to ${placesText(to)}` : `would be sent${several} to ${topic}`;
    this.line(`${letterIdText(id)}  ${text}`);
  }

  private tellNotSent({ id, why, message, flaws }: Extract<SendOutcome, { outcome: 'not-sent' }>): void {
    this.notSent++;
    this.line(`${letterIdText(id)}  not sent (${why}): ${forTerminal(message)}${adviceOf(why)}`);
    for (const flaw of flaws.slice(0, mostFlaws)) this.line(`    ${flawText(flaw)}`);
    if (flaws.length > mostFlaws) this.line(`    and ${flaws.length - mostFlaws} more`);
  }

  private line(text: string): void {
    this.screens.out.write(`${text}\n`);
  }

  private note(text: string): void {
    this.screens.err.write(`${text}\n`);
  }
}

const letters = (count: number): string => `${count} ${count === 1 ? 'letter' : 'letters'}`;

function adviceOf(why: NotSentReason): string {
  if (why === 'replayed-before') return ' --again sends it once more.';
  return why === 'truncated' ? ' (--with FILE)' : '';
}

function flawText({ part, reason, message }: AgainRefused): string {
  return forTerminal(
    `${part === null ? '' : `fact ${part}: `}${reason}: ${maskedMessage(message, reason, 'harmless')}`,
  );
}
