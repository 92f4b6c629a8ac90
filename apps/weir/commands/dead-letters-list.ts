import type { DeadLetterReplay, RefusalReason } from '@weir/contracts';
import { formatInstant } from '@weir/domain';
import {
  forTerminal,
  jsonForTerminal,
  letterIdText,
  maskedMessage,
  matches,
  placesText,
  shortened,
  type Letter,
  type LetterId,
} from '@weir/intake';
import { Command } from 'commander';
import { wholeNumber } from '../files/options';
import { TextFile } from '../files/text-file';
import { withLetters, type OpenedLetters } from './dead-letters-open';
import { dataFolderOption, filterOf, filterOptions, type FilterOptions } from './dead-letters-options';
import { table } from './dead-letters-text';

interface Options extends FilterOptions {
  readonly limit: number;
  readonly pending?: boolean;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** What a list shows of a letter: nothing of the payload. */
interface Line {
  readonly id: LetterId;
  readonly at: number;
  readonly reason: RefusalReason | null;
  readonly origin: string;
  readonly message: string;
  /** Bytes of the original. */
  readonly bytes: number;
  /** Bytes of it that were kept. */
  readonly kept: number;
  readonly replays: readonly DeadLetterReplay[];
}

/** What a list found. */
interface Found {
  /** The newest, in the order in which they were written. */
  readonly lines: readonly Line[];
  readonly counts: ReadonlyMap<string, number>;
  readonly replayed: number;
  readonly all: number;
}

const mostAtOnce = 1_000_000;
/** Room for the message where the width of the screen is not known. */
const usualWidth = 160;
const leastMessage = 40;

async function run(options: Options): Promise<void> {
  await withLetters('list', options, async (opened) => {
    const found = await find(opened, options);
    const out = new TextFile('-');
    if (options.json === true) for (const line of found.lines) await out.write(`${jsonLine(line)}\n`);
    else for (const text of textLines(found)) await out.write(`${text}\n`);
    await out.end();
    const older = found.all - found.lines.length;
    if (older > 0) process.stderr.write(`${older} older ones are not shown: --limit ${found.all} shows all.\n`);
  });
}

/** Reads through the letters once, and keeps no more than twice the limit at a time. */
async function find({ letters, book }: OpenedLetters, options: Options): Promise<Found> {
  const { limit, pending } = options;
  const filter = filterOf(options);
  const counts = new Map<string, number>();
  let [lines, replayed, all]: [Line[], number, number] = [[], 0, 0];
  for await (const letter of letters.all()) {
    const replays = book.of(letter.id);
    if (pending === true && replays.length > 0) continue;
    if (!matches(letter, filter)) continue;
    const code = letter.reason ?? 'unknown';
    counts.set(code, (counts.get(code) ?? 0) + 1);
    all++;
    if (replays.length > 0) replayed++;
    lines.push(lineOf(letter, replays));
    if (lines.length >= 2 * limit) lines = newest(lines, limit);
  }
  return { lines: newest(lines, limit), counts, replayed, all };
}

const newest = (lines: readonly Line[], limit: number): Line[] =>
  lines.toSorted((a, b) => a.at - b.at || a.id.partition - b.id.partition || a.id.offset - b.id.offset).slice(-limit);

function lineOf(letter: Letter, replays: readonly DeadLetterReplay[]): Line {
  const { id, at, reason, origin, original, length } = letter;
  const message = maskedMessage(letter.message, reason);
  return { id, at, reason, origin: shortened(origin, 300), message, bytes: length, kept: original.length, replays };
}

function jsonLine({ id, at, reason, origin, message, bytes, kept, replays }: Line): string {
  return jsonForTerminal({
    id: letterIdText(id),
    at: formatInstant(at),
    reason,
    origin,
    message,
    bytes,
    kept,
    replays,
  });
}

function* textLines({ lines, counts, replayed, all }: Found): Generator<string> {
  if (all === 0) {
    yield 'No dead letter.';
    return;
  }
  const anyReplayed = lines.some(({ replays }) => replays.length > 0);
  const head = ['LETTER', 'WRITTEN', 'REASON', 'BYTES', 'ORIGIN', ...(anyReplayed ? ['SENT AGAIN'] : []), 'MESSAGE'];
  const width = process.stdout.isTTY ? process.stdout.columns : usualWidth;
  yield* table(
    head,
    lines.map((line) => cellsOf(line, anyReplayed)),
    { right: ['BYTES'], width, leastLast: leastMessage },
  );
  yield '';
  const sums = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const digits = String(all).length;
  for (const [reason, count] of sums) yield `${String(count).padStart(digits)}  ${reason}`;
  const total = all === 1 ? 'dead letter' : 'dead letters';
  yield `${all}  ${total}${replayed > 0 ? `, ${replayed} of them sent again` : ''}`;
}

function cellsOf({ id, at, reason, origin, message, bytes, kept, replays }: Line, withReplays: boolean): string[] {
  const last = replays.at(-1);
  const again = last === undefined ? '-' : `${seconds(Date.parse(last.at))} to ${placesText(last.to)}`;
  return [
    letterIdText(id),
    seconds(at),
    reason ?? 'unknown',
    kept < bytes ? `${bytes} cut` : String(bytes),
    forTerminal(shortened(origin, 60)),
    ...(withReplays ? [forTerminal(again)] : []),
    forTerminal(message),
  ];
}

const seconds = (ms: number): string => `${formatInstant(ms).slice(0, 19)}Z`;

/** `weir dead-letters list`: which dead letters there are. */
export function deadLettersListCommand(): Command {
  const command = new Command('list')
    .summary('list dead letters, the newest last')
    .description(
      'Lists dead letters, the newest last, and counts them by reason. It shows nothing of what was refused but its size, and ' +
        'messages without the values that they quote.',
    );
  for (const option of filterOptions()) command.addOption(option);
  return command
    .option('--pending', 'only letters that were not sent again')
    .option('--limit <number>', 'how many to show, the newest', wholeNumber(1, mostAtOnce), 1_000)
    .option('--json', 'one JSON object for each letter and line, without the counts')
    .addOption(dataFolderOption())
    .addHelpText('after', '\nExample:\n  weir dead-letters list --reason missing-field --since P1D')
    .action(run);
}
