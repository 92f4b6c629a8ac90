import { refusalReasons, type RefusalReason } from '@weir/contracts';
import { parseDuration, parseInstant } from '@weir/domain';
import { parseLetterId, type LetterFilter, type LetterId } from '@weir/intake';
import { systemClock } from '@weir/platform/clock';
import { InvalidArgumentError, Option } from 'commander';

/** Which letters are meant, as options say it. */
export interface FilterOptions {
  readonly reason?: readonly RefusalReason[];
  readonly since?: number;
  readonly until?: number;
  readonly origin?: string;
}

/** The letters that the options mean. */
export function filterOf({ reason, since, until, origin }: FilterOptions): LetterFilter {
  return { reasons: reason ?? [], since: since ?? null, until: until ?? null, origin: origin ?? null };
}

/** The options that choose letters. */
export const filterOptions = (): readonly Option[] => [
  new Option('--reason <code>', 'only letters with this reason; may be given several times').argParser(reasonsOf),
  new Option(
    '--since <time>',
    'only letters written since then: ISO 8601 with a zone, or a duration before now',
  ).argParser(timeOf),
  new Option('--until <time>', 'only letters written before then: the same').argParser(timeOf),
  new Option('--origin <text>', 'only letters with this text in their origin, e.g. a topic'),
];

/** The option that says where `weir start` keeps its data, for a log that stands in its own PostgreSQL. */
export const dataFolderOption = (): Option =>
  new Option('--data-dir <folder>', 'data folder of the Weir whose letters are meant (WEIR_DATA_DIR)');

function reasonsOf(text: string, before: readonly RefusalReason[] = []): readonly RefusalReason[] {
  const reason = refusalReasons.find((known) => known === text);
  if (reason === undefined) throw new InvalidArgumentError(`It must be one of ${refusalReasons.join(', ')}.`);
  return [...before, reason];
}

/** A time, or how long before now it was; ms since 1970. */
function timeOf(text: string): number {
  if (text.startsWith('P')) {
    try {
      return systemClock() - parseDuration(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof RangeError ? error.message : String(error));
    }
  }
  const instant = parseInstant(text);
  if (!instant.ok) throw new InvalidArgumentError(`${instant.message} Or how long ago: PT2H, P1D.`);
  return instant.value;
}

/** Reads the id of a letter. */
export function letterIdOf(text: string): LetterId {
  const id = parseLetterId(text);
  if (id === null) throw new InvalidArgumentError('It must be PARTITION/OFFSET, as weir dead-letters list shows it.');
  return id;
}

/** Reads ids of letters; one that is given twice counts once. */
export function letterIdsOf(text: string, before: readonly LetterId[] = []): readonly LetterId[] {
  const id = letterIdOf(text);
  const known = before.some(({ partition, offset }) => partition === id.partition && offset === id.offset);
  return known ? before : [...before, id];
}
