import { topics } from '@weir/contracts';
import { DeadLetterTopic, ReplayBook } from '@weir/intake';
import { loadConfig, type Config } from '@weir/platform/config';
import type { RecordLog } from '@weir/platform/record-log';
import { startFailure } from '@weir/platform/runtime';
import { errorCode } from '@weir/platform/sql';
import { openAnyLog } from './dead-letters-log';
import type { OpenedLog } from './open-log';

/** The dead letters, and what is known of their replays, as they stand. */
export interface OpenedLetters {
  readonly config: Config;
  readonly log: RecordLog;
  readonly letters: DeadLetterTopic;
  readonly book: ReplayBook;
  /** Name of the facts topic. */
  readonly factsTopic: string;
}

/** Opens the dead letters, does something with them, and closes again; a failure is told and ends with exit code 1. */
export async function withLetters(
  command: string,
  { dataDir }: { readonly dataDir?: string },
  work: (opened: OpenedLetters) => Promise<void>,
): Promise<void> {
  let opened: OpenedLog | null = null;
  process.stdout.on('error', enoughRead);
  try {
    const config = loadConfig({ ...process.env, ...(dataDir === undefined ? {} : { WEIR_DATA_DIR: dataDir }) });
    opened = await openAnyLog(config);
    const { log } = opened;
    const { identity } = await log.describe(topics.deadLetters);
    const book = await ReplayBook.open(log, { replays: topics.deadLetterReplays, identity });
    if (book.unreadable > 0) {
      process.stderr.write(
        `${book.unreadable} records of ${topics.deadLetterReplays} cannot be read and are left out: somebody else, or a newer ` +
          'Weir, has written them.\n',
      );
    }
    const letters = new DeadLetterTopic(log, topics.deadLetters);
    await work({ config, log, letters, book, factsTopic: config.facts.topic ?? topics.facts });
  } catch (error) {
    if (isEnoughRead(error)) return;
    process.stderr.write(`weir dead-letters ${command}: ${startFailure(error)}\n`);
    process.exitCode = 1;
  } finally {
    await opened?.close();
  }
}

/** Whoever reads the output has seen enough, as in `| head`: no failure, and what is being sent goes on. */
const isEnoughRead = (error: unknown): boolean => errorCode(error) === 'EPIPE';

function enoughRead(error: Error): void {
  if (!isEnoughRead(error)) throw error;
}
