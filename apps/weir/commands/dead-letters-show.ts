import { topics } from '@weir/contracts';
import { formatInstant } from '@weir/domain';
import {
  forTerminal,
  isTruncated,
  letterIdText,
  maskedIdentifier,
  maskedMessage,
  placesText,
  plainReasons,
  preview,
  shortened,
  sourceOf,
  textOf,
  type Letter,
  type LetterId,
  type ReplayBook,
} from '@weir/intake';
import { Command } from 'commander';
import { TextFile } from '../files/text-file';
import { hitsAgain } from './dead-letters-hits';
import { withLetters } from './dead-letters-open';
import { dataFolderOption, letterIdOf } from './dead-letters-options';
import { wrapped } from './dead-letters-text';

interface Options {
  readonly bytes?: boolean;
  readonly dataDir?: string;
}

const labelWidth = 10;
const lineWidth = 100;
const longestText = 2_000;

async function run(id: LetterId, options: Options, command: Command): Promise<void> {
  if (options.bytes === true && process.stdout.isTTY) {
    command.error(
      'error: the raw bytes may hold what a terminal obeys; redirect them, e.g. --bytes > letter.json (or --bytes | cat)',
    );
  }
  await withLetters('show', options, async ({ letters, book }) => {
    const { letters: found, missing } = await letters.find([id]);
    const [letter] = found;
    if (letter === undefined) throw new Error(missing[0]?.message ?? `There is no letter ${letterIdText(id)}.`);
    if (options.bytes === true) await writeBytes(letter);
    else await write(describe(letter, book));
  });
}

/** The original and nothing else to standard output. */
async function writeBytes(letter: Letter): Promise<void> {
  const { original, length } = letter;
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(original, (error) => (error ? reject(error) : resolve()));
  });
  if (isTruncated(letter)) {
    process.stderr.write(`Only the first ${original.length} of ${length} bytes were kept.\n`);
  }
}

async function write(lines: Iterable<string>): Promise<void> {
  const out = new TextFile('-');
  for (const line of lines) await out.write(`${line}\n`);
  await out.end();
}

function* describe(letter: Letter, book: ReplayBook): Generator<string> {
  const id = letterIdText(letter.id);
  yield `Dead letter ${id} of ${topics.deadLetters}`;
  yield '';
  yield* labelled('written', formatInstant(letter.at));
  yield* labelled('reason', letter.reason ?? 'unknown: the record names none that Weir knows', meaningOf(letter));
  yield* labelled(
    'message',
    forTerminal(shortened(maskedMessage(letter.message, letter.reason, 'harmless'), longestText)),
  );
  yield* labelled('to mend', mendingOf(letter));
  yield* labelled('origin', ...originOf(letter, book));
  yield* labelled('key', keyText(letter));
  yield* labelled('original', ...sizeOf(letter));
  yield* labelled('sent again', ...replaysOf(letter.id, book));
  yield '';
  yield 'The original, identifiers and texts masked (--bytes gives it as it is):';
  for (const line of preview(letter.original)) yield `  | ${line}`;
  yield '';
  yield 'To mend it and send it again:';
  yield `  weir dead-letters show ${id} --bytes > letter.json`;
  yield `  weir dead-letters replay ${id} --with letter.json --dry-run`;
}

function* labelled(label: string, ...texts: readonly (string | null)[]): Generator<string> {
  let first = `  ${label.padEnd(labelWidth)}  `;
  for (const text of texts) {
    if (text === null) continue;
    for (const line of wrapped(text, lineWidth - first.length)) {
      yield `${first}${line}`;
      first = ' '.repeat(first.length);
    }
  }
}

const isHit = ({ origin }: Letter): boolean => {
  const source = sourceOf(origin);
  return source.kind === 'log' && source.topic === hitsAgain.topic;
};

const meaningOf = ({ reason }: Letter): string | null => (reason === null ? null : plainReasons[reason].means);

function mendingOf(letter: Letter): string | null {
  if (isHit(letter)) {
    return (
      'It was to be a state of a hit, which only detectors write. After an upgrade, a desk that is older than the detectors is the ' +
      'likely cause: upgrade it, then replay the letter as it is. Otherwise find out who writes to the topic.'
    );
  }
  return letter.reason === null
    ? 'Find out who writes to the topic: it was not Weir.'
    : plainReasons[letter.reason].mend;
}

function originOf(letter: Letter, book: ReplayBook): readonly (string | null)[] {
  const source = sourceOf(letter.origin);
  const text = forTerminal(shortened(letter.origin, longestText));
  switch (source.kind) {
    case 'log': {
      const behind = book.letterBehind(letter.origin);
      return [
        `${text}: offset ${source.offset} in partition ${source.partition} of the topic ${source.topic}`,
        behind === null ? null : `That record was dead letter ${letterIdText(behind)}, sent again.`,
      ];
    }
    case 'http':
      return [`${text}: over HTTP, fact ${source.index + 1} of the body of request ${forTerminal(source.request)}`];
    case 'file':
      return [`${text}: line ${source.line} of a file`];
    case 'unknown':
      return [text === '' ? 'unknown: the record does not say it' : text];
  }
}

function keyText({ key }: Letter): string {
  if (key === null) return 'none';
  return `${forTerminal(maskedIdentifier(textOf(key)))} (${key.length} bytes)`;
}

function sizeOf(letter: Letter): readonly (string | null)[] {
  const { original, length, sha256 } = letter;
  if (!isTruncated(letter)) return [`${length} bytes, all of them kept`];
  return [
    `${length} bytes; only the first ${original.length} were kept, so it can be sent again only --with FILE`,
    sha256 === null ? null : `SHA-256 of the whole: ${sha256}`,
  ];
}

function replaysOf(id: LetterId, book: ReplayBook): readonly string[] {
  const replays = book.of(id);
  if (replays.length === 0) return ['no'];
  return replays.map(({ at, to, mended }) =>
    forTerminal(`${at}, ${mended ? 'mended' : 'as it is'}, to ${placesText(to)}`),
  );
}

/** `weir dead-letters show`: everything about one letter. */
export function deadLettersShowCommand(): Command {
  return new Command('show')
    .summary('show one dead letter')
    .description(
      'Tells why a letter was refused, how to mend it, and where it came from, and shows what it looks like with identifiers ' +
        'masked. With --bytes it writes the original itself to standard output and nothing else, to be mended in a file.',
    )
    .argument('<letter>', 'PARTITION/OFFSET, as weir dead-letters list shows it', letterIdOf)
    .option('--bytes', 'write the original bytes, unmasked, to standard output')
    .addOption(dataFolderOption())
    .addHelpText('after', '\nExample:\n  weir dead-letters show 2/17 --bytes > letter.json')
    .action(run);
}
