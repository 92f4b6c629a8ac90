import { createHash } from 'node:crypto';
import type { DeadLetterReplay } from '@weir/contracts';
import type { Clock } from '@weir/platform/clock';
import { RecordTooLarge, type RecordLog } from '@weir/platform/record-log';
import { isTruncated, type Letter } from './letter';
import { sourceOf } from './letter-source';
import type { AgainRefused, ReaderAgain } from './reader-again';
import type { ReplayBook } from './replay-book';
import { sendReady, type Ready, type Sent } from './send-ready';
import { placesText, SendAgainFailed, type NotSentReason, type SendOutcome } from './send-outcome';

/** How letters are sent again. */
export interface SendAgainSettings {
  /** Bytes to send in place of the original of the one letter; null: the originals. */
  readonly mended: Buffer | null;
  /** True: also letters that were sent again before. */
  readonly again: boolean;
  /** True: only tells what would be done. */
  readonly dryRun: boolean;
  /** True: the letters were named one by one. */
  readonly byName: boolean;
}

/** What sending again stands on. */
export interface SendAgainPorts {
  readonly log: Pick<RecordLog, 'send'>;
  readonly book: ReplayBook;
  /** Who reads what is sent; the first reads facts, and so whatever came in from outside the log. */
  readonly readers: readonly [ReaderAgain, ...ReaderAgain[]];
  readonly clock: Clock;
  readonly deadLettersTopic: string;
}

/**
 * Sends letters again to the topics that they came from: judges every one first, sends those that would be read, waits
 * for the log, and enters them in the book. What became of each, in the order of the letters.
 * @throws SendAgainFailed where the log fails; letters that were sent without being entered may be sent again without harm
 */
export async function sendAgain(
  letters: readonly Letter[],
  settings: SendAgainSettings,
  ports: SendAgainPorts,
): Promise<readonly SendOutcome[]> {
  // 1. Judge: nothing is sent that would be refused again.
  const judged = letters.map((letter) => judge(letter, settings, ports));
  if (settings.dryRun) return judged.map((one) => (isReady(one) ? outcomeOf('would-send', one, []) : one));
  // 2. Send what is ready.
  const ready = judged.filter(isReady);
  const sent = await sendReady(ready, ports.log, ports.deadLettersTopic);
  // 3. Enter what was acknowledged.
  const at = new Date(ports.clock()).toISOString();
  const failures: unknown[] = sent.filter((one) => one instanceof Error && !(one instanceof RecordTooLarge));
  const replays = ready.flatMap(({ letter }, index) => {
    const to = sent[index] ?? [];
    return to instanceof Error ? [] : [{ id: letter.id, replay: replayOf(letter, settings.mended, to, at) }];
  });
  try {
    await ports.book.note(replays);
  } catch (error) {
    failures.push(error);
  }
  // 4. Tell, in the order of the letters.
  const results = new Map(ready.map((one, index) => [one, sent[index] ?? []]));
  const outcomes = judged.flatMap((one) => (isReady(one) ? (sentOutcome(one, results.get(one) ?? []) ?? []) : one));
  if (failures.length > 0) throw new SendAgainFailed(outcomes, failures[0]);
  return outcomes;
}

const isReady = (one: Ready | SendOutcome): one is Ready => !('outcome' in one);

function judge(letter: Letter, settings: SendAgainSettings, { book, readers }: SendAgainPorts): Ready | SendOutcome {
  const refuse = (why: NotSentReason, message: string, flaws: readonly AgainRefused[] = []): SendOutcome => ({
    outcome: 'not-sent',
    id: letter.id,
    reason: letter.reason,
    why,
    message,
    flaws,
  });
  const last = book.of(letter.id).at(-1);
  if (last !== undefined && !settings.again) {
    return refuse('replayed-before', `It was sent again at ${last.at}, to ${placesText(last.to)}.`);
  }
  const reader = readerOf(letter, readers);
  if (reader === undefined) return refuse('foreign-origin', foreignText(letter, readers));
  if (reader.onlyByName && !settings.byName) {
    return refuse('only-by-name', `It came from ${reader.topic}: such letters are sent again only by their ids.`);
  }
  if (settings.mended === null && isTruncated(letter)) {
    const { original, length } = letter;
    return refuse(
      'truncated',
      `Only the first ${original.length} of ${length} bytes were kept: give the whole of it mended.`,
    );
  }
  const read = reader.read(letter, settings.mended);
  if (read.outcome === 'refused') return refuse('refused-again', 'It would be refused again.', read.flaws);
  return { letter, topic: reader.topic, records: read.records, oldest: read.oldest };
}

/** What came in from outside the log is facts; else the topic that it came from decides. */
function readerOf({ origin }: Letter, readers: SendAgainPorts['readers']): ReaderAgain | undefined {
  const source = sourceOf(origin);
  switch (source.kind) {
    case 'http':
    case 'file':
      return readers[0];
    case 'log':
      return readers.find(({ topic }) => topic === source.topic);
    case 'unknown':
      return undefined;
  }
}

function foreignText({ origin }: Letter, readers: SendAgainPorts['readers']): string {
  const source = sourceOf(origin);
  const known = readers.map(({ topic }) => topic).join(' and ');
  if (source.kind !== 'log') return 'It does not say where it came from: another program than Weir has written it.';
  return `It came from the topic ${source.topic}; letters are sent again to ${known} (WEIR_FACTS_TOPIC names the first).`;
}

/** What became of a letter that was ready; null where the log failed, which is told otherwise. */
function sentOutcome(ready: Ready, sent: Sent): SendOutcome | null {
  if (!(sent instanceof Error)) return outcomeOf('sent', ready, sent);
  if (!(sent instanceof RecordTooLarge)) return null;
  const { id, reason } = ready.letter;
  return { outcome: 'not-sent', id, reason, why: 'record-too-large', message: sent.message, flaws: [] };
}

const outcomeOf = (
  outcome: 'sent' | 'would-send',
  { letter, topic, records, oldest }: Ready,
  to: readonly string[],
): SendOutcome => ({ outcome, id: letter.id, reason: letter.reason, topic, to, records: records.length, oldest });

function replayOf(letter: Letter, mended: Buffer | null, to: readonly string[], at: string): DeadLetterReplay {
  const bytes = mended ?? letter.original;
  return {
    at,
    to: [...to],
    mended: !bytes.equals(letter.original),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
