import { readFile } from 'node:fs/promises';
import { topics, topicShapes } from '@weir/contracts';
import { RuleTopic } from '@weir/detection';
import { compileRules } from '@weir/domain';
import {
  FactsAgain,
  matches,
  sendAgain,
  SendAgainFailed,
  type Letter,
  type LetterId,
  type SendAgainPorts,
  type SendOutcome,
} from '@weir/intake';
import { systemClock } from '@weir/platform/clock';
import { TopicMissing } from '@weir/platform/record-log';
import { Command } from 'commander';
import { hitsAgain } from './dead-letters-hits';
import { withLetters, type OpenedLetters } from './dead-letters-open';
import { OutcomeTeller } from './dead-letters-outcomes';
import { dataFolderOption, filterOf, filterOptions, letterIdsOf, type FilterOptions } from './dead-letters-options';

interface Options extends FilterOptions {
  readonly with?: string;
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly dataDir?: string;
}

/** How many letters, and bytes of them, are judged and sent at a time. */
const atOnce = { letters: 200, bytes: 16_777_216 };

async function run(ids: readonly LetterId[], options: Options, command: Command): Promise<void> {
  const { reason, since, until, origin } = options;
  if (ids.length === 0 && reason === undefined) command.error('error: name letters by their ids, or by --reason');
  if (ids.length > 0 && [reason, since, until, origin].some((one) => one !== undefined)) {
    command.error('error: give either ids of letters, or --reason with --since, --until and --origin');
  }
  if (options.with !== undefined && ids.length !== 1)
    command.error('error: --with mends one letter: name it by its id');
  await withLetters('replay', options, async (opened) => {
    const mended = options.with === undefined ? null : await readBytes(options.with);
    await replay(ids, mended, options, opened);
  });
}

async function replay(
  ids: readonly LetterId[],
  mended: Buffer | null,
  options: Options,
  opened: OpenedLetters,
): Promise<void> {
  // 1. What it stands on.
  const { log, book, config, factsTopic } = opened;
  const { partitions } = await log.describe(factsTopic);
  const { maxFutureMs } = config.facts;
  if (options.dryRun !== true) {
    await log.ensureTopics(topicShapes(factsTopic, partitions).filter(({ name }) => name === topics.deadLetterReplays));
  }
  const ports: SendAgainPorts = {
    log,
    book,
    readers: [new FactsAgain({ factsTopic, partitions, maxFutureMs, now: systemClock }), hitsAgain],
    clock: systemClock,
    deadLettersTopic: topics.deadLetters,
  };
  const settings = {
    mended,
    again: options.again === true,
    dryRun: options.dryRun === true,
    byName: ids.length > 0,
  };

  // 2. Letter by letter.
  const teller = new OutcomeTeller(settings, systemClock() - (await latenessOf(opened)));
  try {
    for await (const letters of chosen(ids, options, opened, (missing) => teller.tell([missing]))) {
      teller.tell(await sendAgain(letters, settings, ports));
    }
  } catch (error) {
    if (!(error instanceof SendAgainFailed)) throw error;
    teller.tell(error.outcomes);
    teller.summarise();
    throw new Error(
      `${error.message} What is named above as sent is sent; give the same command again for the rest: a fact that is known ` +
        'already changes nothing.',
      { cause: error },
    );
  }

  // 3. All in all.
  teller.summarise();
  if (teller.notSent > 0) process.exitCode = 1;
}

/** The letters that are meant, some at a time. */
async function* chosen(
  ids: readonly LetterId[],
  options: FilterOptions,
  { letters }: OpenedLetters,
  onMissing: (outcome: SendOutcome) => void,
): AsyncGenerator<readonly Letter[]> {
  if (ids.length > 0) {
    const found = await letters.find(ids);
    for (const { id, message } of found.missing) {
      onMissing({ outcome: 'not-sent', id, reason: null, why: 'not-found', message, flaws: [] });
    }
    yield* inParts(found.letters);
  } else {
    const filter = filterOf(options);
    const meant = async function* (): AsyncGenerator<Letter> {
      for await (const letter of letters.all()) if (matches(letter, filter)) yield letter;
    };
    yield* inParts(meant());
  }
}

async function* inParts(letters: AsyncIterable<Letter> | Iterable<Letter>): AsyncGenerator<readonly Letter[]> {
  let [part, bytes]: [Letter[], number] = [[], 0];
  for await (const letter of letters) {
    part.push(letter);
    bytes += letter.original.length;
    if (part.length < atOnce.letters && bytes < atOnce.bytes) continue;
    yield part;
    [part, bytes] = [[], 0];
  }
  if (part.length > 0) yield part;
}

/** The largest lateness of the published rules, ms. */
async function latenessOf({ log }: OpenedLetters): Promise<number> {
  try {
    // A rule that cannot be read is the detectors' matter, who tell of it.
    return (await new RuleTopic(log, () => undefined).latest()).lateness;
  } catch (error) {
    if (!(error instanceof TopicMissing)) throw error;
    return compileRules([]).lateness;
  }
}

/** A file, or standard input for `-`. */
async function readBytes(path: string): Promise<Buffer> {
  if (path !== '-') return readFile(path);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `weir dead-letters replay`: letters back to where they came from. */
export function deadLettersReplayCommand(): Command {
  const command = new Command('replay')
    .summary('send dead letters again, mended or as they are')
    .description(
      'Sends letters again to the topic that they came from, as new records. Before that it reads each as the stage will that ' +
        'refused it: what would be refused again is not sent, and is told with the reason. Ends with 1 if there is any.',
    )
    .argument('[letter...]', 'PARTITION/OFFSET, as weir dead-letters list shows it', letterIdsOf);
  for (const option of filterOptions()) command.addOption(option);
  return command
    .option(
      '--with <file>',
      'send these bytes in place of the one letter: a fact, a JSON list, or JSON Lines; - for standard input',
    )
    .option('--dry-run', 'only tell what would be sent and what not')
    .option('--again', 'also letters that were sent again before')
    .addOption(dataFolderOption())
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  weir dead-letters replay 2/17 --with fact.json\n' +
        '  weir dead-letters replay --reason internal-error --since P1D --dry-run',
    )
    .action(run);
}
